//! A feed that is a podcast.

use url::Url;

/// `podcast = { … }` of a `[[feed]]`: what directories ask of a show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Podcast {
    /// Who makes it; the site's author or title where not given.
    pub author: Option<String>,
    /// Whom directories write to.
    pub owner: Option<String>,
    /// Their e-mail address.
    pub email: Option<String>,
    /// What it is about, by Apple's list: a category, and one within it. The first one counts most.
    pub categories: Vec<(&'static str, Option<&'static str>)>,
    /// Whether it is unfit for children.
    pub explicit: bool,
    /// Its cover: a square picture; the site's icon where not given.
    pub image: Option<Url>,
    /// Whether its episodes are meant to be heard in order.
    pub serial: bool,
    /// Its identifier on every platform, a UUID; made of the feed's URL where not given.
    pub guid: Option<String>,
    /// Whether other platforms may take it over.
    pub locked: Option<bool>,
}

impl Podcast {
    /// Apple's list of categories, each with those within it (<https://podcasters.apple.com/support/1691-apple-podcasts-categories>).
    pub const CATEGORIES: [(&'static str, &'static [&'static str]); 19] = [
        ("Arts", &["Books", "Design", "Fashion & Beauty", "Food", "Performing Arts", "Visual Arts"]),
        ("Business", &["Careers", "Entrepreneurship", "Investing", "Management", "Marketing", "Non-Profit"]),
        ("Comedy", &["Comedy Interviews", "Improv", "Stand-Up"]),
        ("Education", &["Courses", "How To", "Language Learning", "Self-Improvement"]),
        ("Fiction", &["Comedy Fiction", "Drama", "Science Fiction"]),
        ("Government", &[]),
        ("Health & Fitness", &["Alternative Health", "Fitness", "Medicine", "Mental Health", "Nutrition", "Sexuality"]),
        ("History", &[]),
        ("Kids & Family", &["Education for Kids", "Parenting", "Pets & Animals", "Stories for Kids"]),
        ("Leisure", &["Animation & Manga", "Automotive", "Aviation", "Crafts", "Games", "Hobbies", "Home & Garden", "Video Games"]),
        ("Music", &["Music Commentary", "Music History", "Music Interviews"]),
        ("News", &["Business News", "Daily News", "Entertainment News", "News Commentary", "Politics", "Sports News", "Tech News"]),
        ("Religion & Spirituality", &["Buddhism", "Christianity", "Hinduism", "Islam", "Judaism", "Religion", "Spirituality"]),
        (
            "Science",
            &[
                "Astronomy",
                "Chemistry",
                "Earth Sciences",
                "Life Sciences",
                "Mathematics",
                "Natural Sciences",
                "Nature",
                "Physics",
                "Social Sciences",
            ],
        ),
        ("Society & Culture", &["Documentary", "Personal Journals", "Philosophy", "Places & Travel", "Relationships"]),
        (
            "Sports",
            &[
                "Baseball",
                "Basketball",
                "Cricket",
                "Fantasy Sports",
                "Football",
                "Golf",
                "Hockey",
                "Rugby",
                "Running",
                "Soccer",
                "Swimming",
                "Tennis",
                "Volleyball",
                "Wilderness",
                "Wrestling",
            ],
        ),
        ("Technology", &[]),
        ("True Crime", &[]),
        ("TV & Film", &["After Shows", "Film History", "Film Interviews", "Film Reviews", "TV Reviews"]),
    ];
}
