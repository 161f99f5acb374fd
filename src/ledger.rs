//! The durable record behind one seam: whole steps as verbs, never a connection or a transaction.
//!
//! [`Ledger`] is the seam; `sqlite` is the embedded engine. The conformance suite in `tests/it/ledger/`
//! is written against the seam and every engine must pass it.

mod adoption;
mod archive;
mod audience;
mod delivery;
mod edition;
mod endpoint;
mod family;
mod fault;
mod mark;
mod record;
mod references;
mod seam;
mod sitemap;
pub mod sqlite;
mod summary;

pub use crate::article::EntryKey;
pub use adoption::{Adoption, Adoptions, Alias};
pub use archive::ArchiveRow;
pub use audience::{AudienceSummary, FeedAudience, ReportedReader};
pub use delivery::{Attempt, Audience, Claim, Claimed, Delivery, LeaseToken, Outcome, Retry, Settlement, Stretch};
pub use edition::{Committed, Edition, EditionId, EntryChange, FeedRow, Known};
pub use endpoint::{EndpointKind, EndpointRow, EndpointState, Position};
pub use family::{Families, FamilyFeed, LaidOut, Layout, Span};
pub use fault::Fault;
pub use mark::Mark;
pub use record::{AssetRow, CatalogueRow, LedgerState, ListPage, Listing, Member, Prune, WindowPage};
pub use references::{candidates, references};
pub use seam::Ledger;
pub use sitemap::{MadeChunk, SitemapChunk};
pub use summary::{AuditSummary, EndpointSummary, Summary};
