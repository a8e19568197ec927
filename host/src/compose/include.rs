//! `include = ["other.toml"]`: members of other files.
//!
//! An included file gives members, and may include others; `[data]` and `[model]` are of the composition itself, so that
//! the same members serve other tables and other answers. Each file is read once, however often it is included.
//!
//! The texts of all files stand one after the other in one range of bytes, and a place counts from its beginning: a place
//! alone says in which file it is.

use super::{
    Located, Member, Mistake,
    member::{Members, members},
    section::Section,
};
use crate::space::nearest::{clip, nearest_file};
use std::{
    collections::{HashMap, HashSet},
    fs,
    path::{Path, PathBuf},
};
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

/// A file that a composition includes.
#[derive(Debug, Clone)]
pub struct IncludedFile {
    /// Its name, for messages: its path as the composition's own is written.
    pub origin: String,
    /// Its text.
    pub text: String,
    /// The place of its first byte.
    pub start: usize,
    /// Its folder, absolute: paths in its parameters are relative to it.
    pub folder: PathBuf,
}

/// What the files that a composition includes give.
pub struct Included {
    /// The files in the order in which they were read.
    pub files: Vec<IncludedFile>,
    /// Their members.
    pub members: Vec<Member>,
    /// Names of those that could not be read.
    pub unread: Vec<String>,
    /// Whether all of them could be read.
    pub whole: bool,
}

/// A file whose includes are being followed.
struct Open {
    path: PathBuf,
    origin: String,
    includes: Vec<Located<String>>,
    next: usize,
}

struct Reader<'m> {
    open: Vec<Open>,
    /// Files that were read, by their canonical paths.
    seen: HashSet<PathBuf>,
    /// The file of each member by its name.
    owners: HashMap<String, String>,
    /// The first place that no file has yet.
    end: usize,
    included: Included,
    mistakes: &'m mut Vec<Mistake>,
}

/// The file at a place, if it is an included one.
pub fn file_at(files: &[IncludedFile], place: usize) -> Option<&IncludedFile> {
    files.iter().rev().find(|file| file.start <= place)
}

/// The names of the key `include`.
pub fn names(value: &Spanned<DeValue<'_>>, mistakes: &mut Vec<Mistake>) -> Vec<Located<String>> {
    let wrong = |place| {
        Mistake::new(place, "`include` is a list of files").help("write `include = [\"other.toml\"]`")
    };
    let DeValue::Array(items) = value.get_ref() else {
        mistakes.push(wrong(value.span()));
        return Vec::new();
    };
    let mut names = Vec::new();
    for item in items {
        match item.get_ref() {
            DeValue::String(name) => names.push(Located { value: name.to_string(), place: item.span() }),
            _ => mistakes.push(wrong(item.span())),
        }
    }
    names
}

/// The syntax tree of a text whose first byte is at `start`, unless it has slips of syntax.
pub fn parse<'t>(padded: &'t str, start: usize, mistakes: &mut Vec<Mistake>) -> Option<Spanned<DeTable<'t>>> {
    let (root, syntax) = DeTable::parse_recoverable(padded);
    let whole = syntax.is_empty();
    // One slip can be told again at each level that it leaves open.
    let mut told = HashSet::new();
    for error in syntax {
        let place = error.span().unwrap_or(start..padded.len().min(start + 1));
        let message = error.message().trim();
        if !told.insert((place.start, message.to_owned())) {
            continue;
        }
        mistakes.push(match (message, padded.get(place.clone())) {
            ("duplicate key", Some(key)) => {
                Mistake::new(place, format!("the key `{}` stands here a second time", clip(key)))
                    .help("leave one of them out")
            }
            _ => Mistake::new(place, message),
        });
    }
    // After a slip of syntax the tree lacks parts, and more messages would only repeat it.
    whole.then_some(root)
}

/// Reads the files that a composition includes, and those that these include. `origin` is its path, `length` that of its
/// text, and `own` are its members.
pub fn read(
    origin: &str,
    length: usize,
    includes: Vec<Located<String>>,
    own: &[Member],
    mistakes: &mut Vec<Mistake>,
) -> Included {
    let path = fs::canonicalize(origin).unwrap_or_else(|_| PathBuf::from(origin));
    let mut reader = Reader {
        seen: HashSet::from([path.clone()]),
        owners: own.iter().map(|member| (member.name.value.clone(), origin.to_owned())).collect(),
        end: length + 1,
        open: vec![Open { path, origin: origin.to_owned(), includes, next: 0 }],
        included: Included { files: Vec::new(), members: Vec::new(), unread: Vec::new(), whole: true },
        mistakes,
    };
    reader.run();
    reader.included
}

impl Reader<'_> {
    fn run(&mut self) {
        while let Some(open) = self.open.last_mut() {
            match open.includes.get(open.next).cloned() {
                Some(include) => {
                    open.next += 1;
                    let folder = Path::new(&open.origin).parent().unwrap_or(Path::new("")).to_owned();
                    self.follow(&folder, &include);
                }
                None => {
                    self.open.pop();
                }
            }
        }
    }

    fn follow(&mut self, folder: &Path, include: &Located<String>) {
        let joined = folder.join(&include.value);
        let read = fs::canonicalize(&joined).and_then(|path| match self.seen.contains(&path) {
            true => Ok((path, None)),
            false => fs::read_to_string(&joined).map(|text| (path, Some(text))),
        });
        match read {
            Err(error) => {
                let text = format!("the included file {} cannot be read ({error})", joined.display());
                self.included.whole = false;
                let near = if joined.exists() { None } else { nearest_file(&joined) };
                let near = near.filter(|near| self.open.last().is_none_or(|open| !open.path.ends_with(near)));
                let help = match near {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "a path is relative to the folder of the file that includes it".to_owned(),
                };
                self.mistakes.push(Mistake::new(include.place.clone(), text).help(help));
            }
            Ok((path, None)) => {
                let Some(first) = self.open.iter().position(|open| open.path == path) else { return };
                let chain = self.open[first..].iter().chain([&self.open[first]]);
                let chain: Vec<&str> = chain.map(|open| &open.origin[..]).collect();
                let text = match chain.len() {
                    2 => "this file includes itself".to_owned(),
                    _ => format!("these files include each other in a circle: {}", chain.join(" → ")),
                };
                self.mistakes
                    .push(Mistake::new(include.place.clone(), text).help("leave this one out of `include`"));
            }
            Ok((path, Some(text))) => self.open_file(path, &joined, text),
        }
    }

    fn open_file(&mut self, path: PathBuf, joined: &Path, text: String) {
        let (origin, start) = (joined.display().to_string(), self.end);
        // Lines before the text move each place in it to where this file begins.
        let padded = format!("{}{}", "\n".repeat(start), text.strip_prefix('\u{feff}').unwrap_or(&text));
        let parent = joined.parent().unwrap_or(Path::new(""));
        let folder = std::path::absolute(parent.join(".")).unwrap_or_else(|_| parent.to_owned());
        let file = IncludedFile { origin: origin.clone(), text: padded[start..].to_owned(), start, folder };
        self.end = padded.len() + 1;
        self.included.files.push(file);
        self.seen.insert(path.clone());
        let Some(root) = parse(&padded, start, self.mistakes) else {
            self.included.whole = false;
            return;
        };
        let includes = self.take(root.get_ref(), &origin, start..padded.len().min(start + 1));
        self.open.push(Open { path, origin, includes, next: 0 });
    }

    /// Takes the members of a file, and gives what it includes.
    fn take(
        &mut self,
        root: &DeTable<'_>,
        origin: &str,
        whole: std::ops::Range<usize>,
    ) -> Vec<Located<String>> {
        let before = self.mistakes.len();
        let mut top = Section::new("the file", root);
        let table = top.table("member", self.mistakes);
        let includes = top.raw("include").map(|value| names(value, self.mistakes)).unwrap_or_default();
        for key in ["data", "model", "study"] {
            if top.raw(key).is_none() {
                continue;
            }
            let place = root.keys().find(|have| have.get_ref() == key).map_or(whole.clone(), Spanned::span);
            let main = self.open.first().map_or("", |open| &open.origin);
            self.mistakes.push(
                Mistake::new(place, format!("[{key}] stands in an included file, which gives members only"))
                    .help(format!("write [{key}] in {main}, which includes this file")),
            );
        }
        top.finish(self.mistakes);
        let Members { read: found, unread } =
            table.map(|table| members(table, self.mistakes)).unwrap_or_default();
        self.included.unread.extend(unread);
        if found.is_empty() && includes.is_empty() && self.mistakes.len() == before {
            self.mistakes.push(
                Mistake::new(whole, "there is no member").help(
                    "an included file gives members; write `[member.NAME]`, or leave it out of `include`",
                ),
            );
        }
        for member in found {
            match self.owners.get(&member.name.value) {
                Some(owner) => {
                    let text = format!("the member `{}` is in {owner} and in {origin}", member.name.value);
                    self.mistakes.push(
                        Mistake::new(member.name.place.clone(), text).help("give one of them another name"),
                    );
                }
                None => {
                    self.owners.insert(member.name.value.clone(), origin.to_owned());
                    self.included.members.push(member);
                }
            }
        }
        includes
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Composition, ConfigError};
    use super::*;

    /// A folder with these files, and what reading the first of them gives.
    fn read(files: &[(&str, &str)]) -> (tempfile::TempDir, Result<Composition, ConfigError>) {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let origin = folder.path().join(files[0].0).display().to_string();
        let read = Composition::parse(files[0].1, &origin);
        (folder, read)
    }

    /// The mistakes, without the folder's name.
    fn mistakes(files: &[(&str, &str)]) -> Vec<String> {
        let (folder, read) = read(files);
        let folder = format!("{}/", folder.path().display());
        read.unwrap_err().lines().iter().map(|line| line.replace(&folder, "")).collect()
    }

    const A: &str = "[member.a]\ncolumn = \"x\"\ngoal = \"fit\"\n";
    const B: &str = "[member.b]\ncolumn = \"y\"\ngoal = \"fit\"\n";

    #[test]
    fn members_of_included_files_come_after_the_own_ones() {
        let main = format!("include = [\"parts/b.toml\"]\n{A}[model]\noutput = \"c\"\n");
        let b = format!("include = [\"more/c.toml\", \"../d.toml\"]\n{B}");
        let c =
            "include = [\"../../d.toml\"]\n[member.c]\ncombine = \"rank-mean\"\nmembers = [\"a\", \"d\"]\n";
        let d = A.replace("member.a", "member.d");
        let (folder, read) =
            read(&[("main.toml", &main), ("parts/b.toml", &b), ("parts/more/c.toml", c), ("d.toml", &d)]);
        let read = read.unwrap();
        let names: Vec<&str> = read.members.iter().map(|member| &member.name.value[..]).collect();
        // `d` is included twice and read once.
        assert_eq!(names, ["a", "b", "c", "d"]);
        assert_eq!(read.output, 2);
        let folder_of = |member: usize| {
            let place = &read.members[member].name.place;
            read.included_folder(place).map(|folder| fs::canonicalize(folder).unwrap())
        };
        let root = fs::canonicalize(folder.path()).unwrap();
        assert_eq!(folder_of(0), None);
        assert_eq!(folder_of(1), Some(root.join("parts")));
        assert_eq!(folder_of(2), Some(root.join("parts/more")));
        assert_eq!(folder_of(3), Some(root));
    }

    #[test]
    fn mistakes_of_several_files_come_together_each_in_its_own_file() {
        let main = format!(
            "include = [\"b.toml\", \"c.toml\"]\n[data]\ntabel = \"t\"\n{A}[model]\noutput = \"a\"\n"
        );
        let b = "\n# größe\n[member.b]\ncolunm = \"y\"\n";
        let c = "[member.c]\ncolumn = \"y\"\ngoal = \"up\"\n[data]\nlabels = 3\n[modle]\n";
        let said = mistakes(&[("main.toml", &main), ("b.toml", b), ("c.toml", c)]);
        let starts = [
            "main.toml:3:1: [data]: unknown key `tabel`",
            "b.toml:4:1: [member.b]: unknown key `colunm`",
            "c.toml:3:8: [member.c] `goal`: ",
            "c.toml:4:2: [data] stands in an included file",
            "c.toml:6:2: the file: unknown key `modle`",
        ];
        assert_eq!(said.len(), starts.len(), "{said:#?}");
        for (said, start) in said.iter().zip(starts) {
            assert!(said.starts_with(start), "{said}\n{start}");
        }
    }

    #[test]
    fn the_files_with_mistakes_are_named() {
        let main = format!("include = [\"b.toml\", \"c.toml\"]\n{A}");
        let (folder, read) =
            read(&[("main.toml", &main), ("b.toml", B), ("c.toml", "[member.c]\nuse = 3\nseed = \"x\"\n")]);
        let text = read.unwrap_err().to_string();
        assert_eq!(text, format!("2 mistakes in {}/c.toml", folder.path().display()));
    }

    #[test]
    fn a_slip_of_syntax_in_an_included_file_is_shown_there_and_nothing_is_concluded_from_it() {
        let main = format!("include = [\"b.toml\"]\n{A}[model]\noutput = \"b\"\n");
        let said = mistakes(&[("main.toml", &main), ("b.toml", "[member.b]\nuse = \n")]);
        assert_eq!(said.len(), 1, "{said:?}");
        assert!(said[0].starts_with("b.toml:2:"), "{said:?}");
    }

    #[test]
    fn a_file_that_does_not_exist_is_named_where_it_is_included() {
        let main = format!("{A}[model]\noutput = \"b\"\n");
        let said = mistakes(&[("main.toml", &format!("include = [\n  \"nowhere.toml\",\n]\n{main}"))]);
        assert_eq!(said.len(), 1, "{said:?}");
        assert!(
            said[0].starts_with("main.toml:2:3: the included file nowhere.toml cannot be read ("),
            "{said:?}"
        );
        let said = mistakes(&[("main.toml", &format!("include = \"b.toml\"\n{A}"))]);
        assert_eq!(said, ["main.toml:1:11: `include` is a list of files"]);
        let said = mistakes(&[("main.toml", &format!("include = [\".\", 3]\n{A}"))]);
        assert_eq!(said.len(), 2, "{said:?}");
    }

    #[test]
    fn a_circle_is_shown_as_a_chain() {
        let main = format!("include = [\"b.toml\"]\n{A}");
        let said = mistakes(&[("main.toml", &format!("include = [\"main.toml\"]\n{A}"))]);
        assert_eq!(said, ["main.toml:1:12: this file includes itself"]);
        let b = format!("include = [\"c.toml\"]\n{B}");
        let c = format!("include = [\"./b.toml\"]\n{}", A.replace("member.a", "member.c"));
        let said = mistakes(&[
            ("main.toml", &format!("{main}[model]\noutput = \"a\"")),
            ("b.toml", &b),
            ("c.toml", &c),
        ]);
        assert_eq!(
            said,
            ["c.toml:1:12: these files include each other in a circle: b.toml → c.toml → b.toml"]
        );
    }

    #[test]
    fn a_name_in_two_files_names_both() {
        let main = format!("include = [\"b.toml\", \"c.toml\"]\n{A}[model]\noutput = \"a\"\n");
        let said = mistakes(&[("main.toml", &main), ("b.toml", &format!("{A}{B}")), ("c.toml", B)]);
        assert_eq!(
            said,
            [
                "b.toml:1:9: the member `a` is in main.toml and in b.toml",
                "c.toml:1:9: the member `b` is in b.toml and in c.toml"
            ]
        );
    }

    #[test]
    fn an_included_file_without_a_member_is_a_mistake_and_one_that_only_includes_is_none() {
        let main = "include = [\"b.toml\"]\n";
        assert_eq!(mistakes(&[("main.toml", main), ("b.toml", "")]), ["b.toml:1:1: there is no member"]);
        let (_folder, read) =
            read(&[("main.toml", main), ("b.toml", "include = [\"c.toml\"]"), ("c.toml", A)]);
        assert_eq!(read.unwrap().members.len(), 1);
    }

    #[test]
    fn several_members_without_a_model_are_told_of_in_the_composition_itself() {
        let said = mistakes(&[("main.toml", &format!("include = [\"b.toml\"]\n{A}")), ("b.toml", B)]);
        assert_eq!(said, ["main.toml:2:9: there are several members and none is said to answer"]);
        let said = mistakes(&[("main.toml", "include = [\"b.toml\"]"), ("b.toml", &format!("{A}{B}"))]);
        assert_eq!(said, ["main.toml:1:11: there are several members and none is said to answer"]);
    }

    #[test]
    fn a_byte_order_mark_and_an_edge_of_a_file_do_not_shift_places() {
        let b = format!("\u{feff}{B}[member.c]\nuse = 1");
        let said = mistakes(&[("main.toml", &format!("include = [\"b.toml\"]\n{A}")), ("b.toml", &b)]);
        assert_eq!(said.len(), 1, "{said:?}");
        assert!(said[0].starts_with("b.toml:5:7: [member.c] `use`"), "{said:?}");
    }
}
