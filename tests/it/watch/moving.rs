//! Files and folders that are renamed, moved in, and moved out.

use std::fs;

use newswire::watch::Under;

use super::{Folder, path, rules};

async fn with_files(names: &'static [&'static str]) -> Folder {
    let mut folder = Folder::prepared(rules(), |root| {
        for name in names {
            let file = root.join(name);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, *name).unwrap();
        }
    });
    for name in names {
        folder.until_dirty(name).await;
    }
    folder.dirty.clear();
    folder
}

#[tokio::test]
async fn a_rename_says_where_the_file_was() {
    let mut folder = with_files(&["a.md", "x/keep.md"]).await;
    fs::rename(folder.at("a.md"), folder.at("x/b.md")).unwrap();
    folder.until_dirty("x/b.md").await;
    assert_eq!(folder.dirty["x/b.md"].as_deref(), Some("a.md"));
}

#[tokio::test]
async fn a_chain_of_renames_leads_back_to_its_beginning() {
    let mut folder = with_files(&["a.md"]).await;
    fs::rename(folder.at("a.md"), folder.at("b.md")).unwrap();
    fs::rename(folder.at("b.md"), folder.at("c.md")).unwrap();
    folder.until_dirty("c.md").await;
    // Taken in one batch it is one step, in two batches two.
    let from = folder.dirty["c.md"].clone().unwrap();
    let origin = if from == "a.md" { from } else { folder.dirty[&from].clone().unwrap() };
    assert_eq!(origin, "a.md");
}

#[tokio::test]
async fn a_rename_over_another_file_says_so() {
    let mut folder = with_files(&["a.md", "b.md"]).await;
    fs::rename(folder.at("b.md"), folder.at("a.md")).unwrap();
    folder.until_dirty("a.md").await;
    assert_eq!(folder.dirty["a.md"].as_deref(), Some("b.md"));
}

#[tokio::test]
async fn a_file_moved_out_is_dirty() {
    let mut folder = with_files(&["a.md"]).await;
    fs::rename(folder.at("a.md"), folder.outside.join("a.md")).unwrap();
    folder.until_dirty("a.md").await;
    assert_eq!(folder.dirty["a.md"], None);
}

#[tokio::test]
async fn a_file_renamed_to_a_name_that_is_passed_over_is_dirty() {
    let mut folder = with_files(&["a.md"]).await;
    fs::rename(folder.at("a.md"), folder.at("a.md~")).unwrap();
    folder.until_dirty("a.md").await;
    folder.fence().await;
    assert_eq!(folder.names(), ["a.md"]);
}

#[tokio::test]
async fn a_folder_moved_in_is_watched_and_its_files_are_dirty() {
    let mut folder = Folder::empty();
    fs::create_dir_all(folder.outside.join("world/paris")).unwrap();
    fs::write(folder.outside.join("world/paris/a.md"), "text").unwrap();
    fs::rename(folder.outside.join("world"), folder.at("world")).unwrap();
    folder.until_dirty("world/paris/a.md").await;
    folder.write("world/paris/b.md", "text");
    folder.until_dirty("world/paris/b.md").await;
}

#[tokio::test]
async fn a_folder_moved_out_is_to_be_compared_and_watched_no_more() {
    let mut folder = with_files(&["world/paris/a.md"]).await;
    fs::rename(folder.at("world"), folder.outside.join("world")).unwrap();
    let world = Under::Folder(path("world"));
    folder.until("a rescan of the folder", |folder| folder.rescans.contains(&world)).await;
    folder.dirty.clear();
    fs::write(folder.outside.join("world/paris/b.md"), "text").unwrap();
    folder.slow_fence().await;
    assert!(folder.names().is_empty(), "{:?}", folder.dirty);
    // And back again.
    fs::rename(folder.outside.join("world"), folder.at("world")).unwrap();
    folder.until_dirty("world/paris/a.md").await;
    folder.write("world/paris/c.md", "text");
    folder.until_dirty("world/paris/c.md").await;
}

#[tokio::test]
async fn a_folder_renamed_says_where_each_file_was() {
    let mut folder = with_files(&["world/a.md", "world/paris/b.md"]).await;
    fs::rename(folder.at("world"), folder.at("abroad")).unwrap();
    folder.until_dirty("abroad/a.md").await;
    folder.until_dirty("abroad/paris/b.md").await;
    assert_eq!(folder.dirty["abroad/a.md"].as_deref(), Some("world/a.md"));
    assert_eq!(folder.dirty["abroad/paris/b.md"].as_deref(), Some("world/paris/b.md"));
    folder.until("a rescan of what is left", |folder| folder.rescans.contains(&Under::Folder(path("world")))).await;
    folder.write("abroad/paris/c.md", "text");
    folder.until_dirty("abroad/paris/c.md").await;
    // The old name is free for another folder.
    fs::create_dir_all(folder.at("world/paris")).unwrap();
    folder.write("world/paris/d.md", "text");
    folder.until_dirty("world/paris/d.md").await;
    folder.write("world/paris/e.md", "text");
    folder.until_dirty("world/paris/e.md").await;
    folder.write("abroad/paris/f.md", "text");
    folder.until_dirty("abroad/paris/f.md").await;
}

#[tokio::test]
async fn a_folder_moved_across_says_where_each_file_was_and_one_moved_onto_another_s_place_is_seen() {
    let mut folder = with_files(&["world/paris/a.md", "home/keep.md"]).await;
    fs::rename(folder.at("world/paris"), folder.at("home/paris")).unwrap();
    folder.until_dirty("home/paris/a.md").await;
    assert_eq!(folder.dirty["home/paris/a.md"].as_deref(), Some("world/paris/a.md"));
    // Out of one, into the place of another that is gone.
    fs::create_dir_all(folder.outside.join("paris")).unwrap();
    fs::write(folder.outside.join("paris/b.md"), "text").unwrap();
    fs::remove_dir_all(folder.at("home/paris")).unwrap();
    fs::rename(folder.outside.join("paris"), folder.at("home/paris")).unwrap();
    folder.until_dirty("home/paris/b.md").await;
    folder.write("home/paris/c.md", "text");
    folder.until_dirty("home/paris/c.md").await;
}

#[tokio::test]
async fn a_name_that_changes_in_case_only_is_a_rename() {
    let mut folder = with_files(&["World/Summit.md"]).await;
    fs::rename(folder.at("World/Summit.md"), folder.at("World/summit.md")).unwrap();
    folder.until_dirty("World/summit.md").await;
    assert_eq!(folder.dirty["World/summit.md"].as_deref(), Some("World/Summit.md"));
    fs::rename(folder.at("World"), folder.at("world")).unwrap();
    folder.until_dirty("world/summit.md").await;
    assert_eq!(folder.dirty["world/summit.md"].as_deref(), Some("World/summit.md"));
}

#[tokio::test]
async fn a_folder_renamed_to_and_fro_is_still_watched() {
    let mut folder = with_files(&["world/paris/a.md"]).await;
    for _ in 0..10 {
        fs::rename(folder.at("world"), folder.at("abroad")).unwrap();
        fs::rename(folder.at("abroad"), folder.at("world")).unwrap();
    }
    folder.until_dirty("world/paris/a.md").await;
    folder.fence().await;
    folder.write("world/paris/b.md", "text");
    folder.until_dirty("world/paris/b.md").await;
    folder.dirty.clear();
    folder.write("world/paris/b.md", "again");
    folder.until_dirty("world/paris/b.md").await;
}

#[tokio::test]
async fn a_folder_deleted_and_made_again_is_still_watched() {
    let mut folder = with_files(&["world/paris/a.md"]).await;
    for round in 0..10 {
        fs::remove_dir_all(folder.at("world")).unwrap();
        fs::create_dir_all(folder.at("world/paris")).unwrap();
        let name = format!("world/paris/{round}.md");
        folder.write(&name, "text");
        folder.until_dirty(&name).await;
        folder.dirty.clear();
        folder.write(&name, "again");
        folder.until_dirty(&name).await;
    }
}

#[tokio::test]
async fn a_folder_hidden_by_its_new_name_is_gone() {
    let mut folder = with_files(&["world/a.md"]).await;
    fs::rename(folder.at("world"), folder.at(".world")).unwrap();
    folder.until("a rescan of the folder", |folder| folder.rescans.contains(&Under::Folder(path("world")))).await;
    fs::rename(folder.at(".world"), folder.at("world")).unwrap();
    folder.until_dirty("world/a.md").await;
}
