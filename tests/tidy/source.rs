//! Rust files in the forms in which the house rules read them.

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

/// A Rust file, in lines that keep their numbers whatever is blanked.
pub(crate) struct Source {
    /// From the root, such as `src/store/event.rs`.
    pub(crate) path: String,
    /// Whether it begins with `//!`.
    pub(crate) described: bool,
    /// Without comments and literals, and with `use a::{b, c}` spelled out on its first line.
    pub(crate) code: Vec<String>,
    /// The code outside `#[cfg(test)]`.
    pub(crate) shipped: Vec<String>,
    /// The string literals, each whole on its first line.
    pub(crate) literals: Vec<String>,
}

/// Every Rust file of this repository.
pub(crate) static TREE: LazyLock<Vec<Source>> = LazyLock::new(|| {
    let mut sources = Vec::new();
    walk(root(), &mut sources);
    sources
});

impl Source {
    /// Reads a text as if it were a file of this path.
    pub(crate) fn new(path: &str, text: &str) -> Self {
        let (code, literals) = separate(text);
        let code = spell_out(&code);
        let is_test = path.ends_with("/tests.rs") || path.contains("/tests/");
        let shipped = if is_test { Vec::new() } else { without_tests(&code) };
        Self { path: path.into(), described: text.starts_with("//!"), code, shipped, literals }
    }

    /// Whether this is a place, which is `place.rs` and the folder `place`.
    pub(crate) fn is_in(&self, place: &str) -> bool {
        self.path.strip_prefix(place).is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
    }
}

/// The root of the repository.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn walk(folder: &Path, sources: &mut Vec<Source>) {
    for entry in fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())).flatten() {
        let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
        if path.is_dir() && !name.starts_with('.') && name != "target" && name != "node_modules" {
            walk(&path, sources);
        } else if name.ends_with(".rs") {
            let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            sources.push(Source::new(&path.strip_prefix(root()).unwrap_or(&path).to_string_lossy(), &text));
        }
    }
}

/// The numbers of the lines, from one, that contain a word as a word; `a … b` asks for both.
pub(crate) fn find(lines: &[String], word: &str) -> Vec<usize> {
    let numbered = (1..).zip(lines);
    numbered.filter(|(_, line)| word.split(" … ").all(|part| contains(line, part))).map(|(number, _)| number).collect()
}

fn contains(line: &str, word: &str) -> bool {
    let in_name = |letter: Option<char>| letter.is_some_and(|letter| letter.is_alphanumeric() || letter == '_');
    let joins = |left: Option<char>, right: Option<char>| in_name(left) && in_name(right);
    line.match_indices(word).any(|(at, _)| {
        let (before, after) = (line[..at].chars().next_back(), line[at + word.len()..].chars().next());
        !(joins(before, word.chars().next()) || joins(word.chars().next_back(), after))
    })
}

/// Whether a line of code begins a function.
pub(crate) fn starts_function(line: &str) -> bool {
    let qualifies = |word: &&str| {
        ["pub", "const", "async", "unsafe", "extern"].contains(word) || word.starts_with("pub(") || word.ends_with(')')
    };
    line.split_whitespace().find(|word| !qualifies(word)) == Some("fn")
}

/// The index of the last line of an item: where its indentation returns and closes.
pub(crate) fn item_end(lines: &[String], start: usize) -> usize {
    let indentation = |line: &str| line.len() - line.trim_start().len();
    let closes = |at: &usize| {
        indentation(&lines[*at]) == indentation(&lines[start]) && lines[*at].trim_end().ends_with([';', '}'])
    };
    (start..lines.len()).find(closes).unwrap_or(start)
}

fn without_tests(code: &[String]) -> Vec<String> {
    let mut shipped = code.to_vec();
    for start in (0..code.len()).filter(|at| code[*at].trim() == "#[cfg(test)]") {
        shipped[start..=item_end(code, start)].iter_mut().for_each(String::clear);
    }
    shipped
}

fn spell_out(code: &str) -> Vec<String> {
    let mut lines: Vec<_> = code.lines().map(String::from).collect();
    for start in 0..lines.len() {
        let line = lines[start].trim_start();
        let is_use = line.starts_with("use ") || line.starts_with("pub") && line.contains(" use ");
        if !is_use {
            continue;
        }
        let end = (start..lines.len()).find(|at| lines[*at].contains(';')).unwrap_or(start);
        let indentation = " ".repeat(lines[start].len() - line.len());
        let statement = lines[start..=end].concat();
        lines[start..=end].iter_mut().for_each(String::clear);
        let (head, after) = statement.split_once(';').unwrap_or((&statement, ""));
        let tree = head.split_once("use ").map_or("", |(_, tree)| tree);
        let mut paths = Vec::new();
        expand("", tree, &mut paths);
        lines[start] = paths.iter().map(|path| format!("{indentation}use {path};")).chain([after.into()]).collect();
    }
    lines
}

fn expand(prefix: &str, tree: &str, paths: &mut Vec<String>) {
    let tree = tree.trim();
    let Some((head, inner)) = tree.strip_suffix('}').and_then(|tree| tree.split_once('{')) else {
        paths.extend((!tree.is_empty()).then(|| format!("{prefix}{tree}")));
        return;
    };
    let mut depth = 0;
    let at_comma = |letter| {
        depth += i32::from(letter == '{') - i32::from(letter == '}');
        letter == ',' && depth == 0
    };
    inner.split(at_comma).for_each(|part| expand(&format!("{prefix}{head}"), part, paths));
}

/// The code with comments and literals blanked, and the string literals.
fn separate(text: &str) -> (String, Vec<String>) {
    let mut code = String::with_capacity(text.len());
    let mut literals = vec![String::new(); text.lines().count()];
    let (mut rest, mut line) = (text, 0);
    while let Some(letter) = rest.chars().next() {
        let string = string_length(rest);
        let blank = comment_length(rest).or(string).or_else(|| character_length(rest));
        let (piece, left) = rest.split_at(blank.unwrap_or(letter.len_utf8()));
        if string.is_some() {
            literals[line].extend(piece.replace("\\\n", " ").split_whitespace().flat_map(|word| [word, " "]));
        }
        code.extend(piece.chars().map(|letter| if blank.is_none() || letter == '\n' { letter } else { ' ' }));
        line += piece.matches('\n').count();
        rest = left;
    }
    (code, literals)
}

fn comment_length(rest: &str) -> Option<usize> {
    if rest.starts_with("//") {
        return Some(rest.find('\n').unwrap_or(rest.len()));
    }
    let mut depth = usize::from(rest.starts_with("/*"));
    let mut at = 2;
    while depth > 0 {
        let next = at + rest.get(at..)?.find(['/', '*'])?;
        let mark = rest.get(next..next + 2)?;
        depth = if mark == "/*" { depth + 1 } else { depth - usize::from(mark == "*/") };
        at = next + if mark == "/*" || mark == "*/" { 2 } else { 1 };
    }
    (at > 2).then_some(at)
}

fn string_length(rest: &str) -> Option<usize> {
    let body = rest.trim_start_matches(['b', 'c', 'r']);
    let prefix = rest.len() - body.len();
    let is_raw = rest[..prefix].ends_with('r');
    let hashes = if is_raw { body.len() - body.trim_start_matches('#').len() } else { 0 };
    let inner = body[hashes..].strip_prefix('"')?;
    let start = prefix + hashes + 1;
    if is_raw {
        let close = format!("\"{}", "#".repeat(hashes));
        return inner.find(&close).map(|at| start + at + close.len());
    }
    let mut escaped = false;
    let closes = |letter| {
        let closes = letter == '"' && !escaped;
        escaped = letter == '\\' && !escaped;
        closes
    };
    inner.find(closes).map(|at| start + at + 1)
}

/// Not a lifetime, which has no second quote.
fn character_length(rest: &str) -> Option<usize> {
    let inner = rest.strip_prefix('\'')?;
    if inner.starts_with('\\') {
        return inner.get(2..)?.find('\'').map(|at| at + 4);
    }
    let letter = inner.chars().next()?.len_utf8();
    inner[letter..].starts_with('\'').then_some(letter + 2)
}

#[test]
fn comments_and_literals_are_not_code() {
    let text = r##"
        // one /* "two
        /* three /* four */ five */ fn a<'x>(b: &'x str) -> char { '"' }
        let c = "six \" // seven"; let d = r#"eight " nine"#; let e = ('\'', b'\\', '\u{1F600}');
    "##;
    let source = Source::new("src/a.rs", text);
    let words = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "u"];
    assert!(words.iter().all(|word| find(&source.code, word).is_empty()), "{:?}", source.code);
    assert_eq!(["fn", "str", "char"].map(|word| find(&source.code, word)), [[3], [3], [3]]);
    assert_eq!(["c", "d", "e"].map(|word| find(&source.code, word)), [[4], [4], [4]]);
    assert_eq!(["six", "seven", "eight", "nine"].map(|word| find(&source.literals, word)), [[4], [4], [4], [4]]);
    assert!(["one", "two", "five"].iter().all(|word| find(&source.literals, word).is_empty()));
}

#[test]
fn a_literal_is_read_whole_on_its_first_line() {
    let source = Source::new("src/a.rs", "\nlet a = \"SELECT\n    b \\\n    FROM c\";\nlet d = 1;");
    assert_eq!(find(&source.literals, "SELECT b FROM c"), [2]);
    assert_eq!(find(&source.code, "let d"), [5]);
}

#[test]
fn groups_are_spelled_out() {
    let text =
        "pub use std::{\n    fs,\n    time::{self, Duration as D},\n};\nfn a() {\n    use crate::{b, c::*}; d();\n}\n";
    let code = Source::new("src/a.rs", text).code;
    let words = ["std::fs", "std::time::self", "std::time::Duration", "fn a", "crate::b", "crate::c::*", "d"];
    assert_eq!(words.map(|word| find(&code, word)), [[1], [1], [1], [5], [6], [6], [6]]);
    assert_eq!(item_end(&code, 4), 6);
}

#[test]
fn what_is_under_cfg_test_is_not_shipped() {
    let text = "fn a() {}\n#[cfg(test)]\nmod tests {\n    fn b() {}\n}\nfn c() {}\n#[cfg(test)]\nuse d;\nfn e() {}\n";
    let shipped = Source::new("src/a.rs", text).shipped;
    assert_eq!(["fn a", "fn c", "fn e"].map(|word| find(&shipped, word)), [[1], [6], [9]]);
    assert!(["fn b", "mod", "d"].iter().all(|word| find(&shipped, word).is_empty()), "{shipped:?}");
}

#[test]
fn a_function_begins_with_its_qualifiers_only() {
    let functions =
        ["fn a() {", "    pub(crate) async fn b(", "pub const unsafe fn c();", "pub(in crate::d) fn e() {}"];
    assert!(functions.iter().all(|line| starts_function(line)));
    assert!(
        !["let a: fn (b) = c;", "where F: Fn()", "", "const A: fn(B) = c;"].iter().any(|line| starts_function(line))
    );
}
