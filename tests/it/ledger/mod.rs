//! The conformance suite of the seam: what every engine must do, told through `dyn Ledger` alone.
//!
//! Each file is one subject; [`on_every_engine`] runs its stories once for each [`engine::Engine`]. What only the embedded engine
//! promises (its files, its lock, kill -9) stands in `files` and `kill`.

/// Makes tests of stories: `async fn story(engine: &dyn Engine)`.
macro_rules! on_every_engine {
    ($($story:ident),* $(,)?) => {
        mod sqlite {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $story() {
                    super::$story(&crate::ledger::engine::Sqlite::new()).await;
                }
            )*
        }
    };
}

mod adopt;
mod archives;
mod assets;
mod beside;
mod catalogue;
mod claim;
mod clocks;
mod commit;
mod deliveries;
mod endpoints;
mod engine;
mod families;
mod files;
mod kill;
mod migrate;
mod newsroom;
mod past;
mod settle;
mod upkeep;
mod window;
