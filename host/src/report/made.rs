//! How a report was made: files, versions, seeds, digests.

use super::{escape::html, numbers::Numbers};
use crate::study::{Group, MemberHeader, Sampling, TableHeader};

/// Two lists as HTML: of the study, and of its members.
pub fn made(numbers: &Numbers<'_>) -> String {
    let results = numbers.results;
    let header = results.header();
    let (done, total) = results.done();
    let trials = results.trials();
    let mut facts: Vec<(&str, String)> = vec![
        (
            "archcast",
            format!("{} began the study, {} wrote this page", header.archcast, env!("CARGO_PKG_VERSION")),
        ),
        ("study", results.digest().to_owned()),
    ];
    facts.extend(header.files.iter().map(|file| ("file", format!("{}, SHA-256 {}", file.path, file.digest))));
    facts.push(("table", table(&header.table)));
    facts.extend(header.test_table.as_ref().map(|tested| ("tested table", table(tested))));
    facts.push(("labelled rows", listed(&header.labels)));
    let epochs: Vec<String> = header.fidelities.iter().map(|&epochs| epochs_in_words(epochs)).collect();
    facts.push(("epochs seen", listed(&epochs)));
    facts.push(("tested rows", format!("{} in each trial", header.test)));
    facts.push(("trials", format!("{}, paired and nested", trials.len())));
    facts.push(("cells", format!("{done} of {total} done")));
    facts.push(("seed", header.seed.to_string()));
    let drawn = match (header.sampling, &header.splits) {
        (_, Some(digest)) => format!("from a file of splits, SHA-256 {digest}"),
        (Some(Sampling::Mutation), None) => "by mutation".to_owned(),
        _ => "uniformly".to_owned(),
    };
    let group = match header.group {
        Group::Canonical => "rows that are the same network stay on one side",
        Group::None => "rows that are the same network may be on both sides",
    };
    let redrawn: usize = results.splits().iter().map(|split| split.redrawn).sum();
    let redrawn = if redrawn > 0 { format!("; {redrawn} were drawn anew") } else { String::new() };
    facts.push(("rows drawn", format!("{drawn}; {group}{redrawn}")));
    if let Some(ceiling) = results.noise_ceiling() {
        let runs =
            if header.runs.is_empty() { String::new() } else { format!(", runs {}", header.runs.join(", ")) };
        facts.push(("noise ceiling", format!("Kendall tau {:.3}{runs}", ceiling.mean)));
    }
    facts.push(("metric", format!("{}; {}", numbers.metric, numbers.better())));
    facts.push((
        "intervals",
        "95 %, of the mean over trials: Student's t below 20 trials, else the bootstrap. Trials draw from one table, so they speak of this table.".to_owned(),
    ));
    let left_out = header.left_out.iter().map(|(name, why)| ("left out", format!("{name}: {why}")));
    facts.extend(left_out);
    let without = numbers.without.iter();
    facts.extend(without.map(|(setting, why)| {
        let at = setting.budget().join(", ");
        ("without value", format!("{} ({at}): {why}", setting.member))
    }));
    let mut page = String::from("<dl class=\"facts\">");
    for (name, value) in facts {
        page.push_str(&format!("<dt>{}</dt><dd>{}</dd>", html(name), html(&value)));
    }
    page.push_str("</dl><h3>Members</h3><dl class=\"facts\">");
    for member in &header.members {
        let without: Vec<String> = member.absent.iter().map(|absent| goes_without(member, absent)).collect();
        let without = match without.is_empty() {
            true => String::new(),
            false => format!("; without {}", without.join(", ")),
        };
        let varies = if member.varies { "; can differ between machines" } else { "" };
        page.push_str(&format!(
            "<dt>{}</dt><dd>{}; {}{}; fingerprint {}{varies}</dd>",
            html(&member.name),
            html(&member.description),
            html(member.gives.name()),
            html(&without),
            html(&member.fingerprint)
        ));
    }
    page.push_str("</dl>");
    page
}

/// An input that a member goes without, with the epochs seen where it has it at others.
fn goes_without(member: &MemberHeader, (name, levels): &(String, Vec<u32>)) -> String {
    if !member.by_fidelity || levels.len() == member.fidelities.len() {
        return format!("`{name}`");
    }
    let epochs: Vec<String> = levels.iter().map(|&epochs| epochs_in_words(epochs)).collect();
    format!("`{name}` (epochs seen: {})", epochs.join(", "))
}

fn table(header: &TableHeader) -> String {
    let space = header.space.as_ref().map_or(String::new(), |space| {
        let digest =
            header.space_digest.as_ref().map_or(String::new(), |digest| format!(" (SHA-256 {digest})"));
        format!(", space {space}{digest}")
    });
    format!(
        "{}, SHA-256 {}, {} rows, {} with `{}`{space}",
        header.origin, header.digest, header.rows, header.labelled, header.target
    )
}

fn epochs_in_words(epochs: u32) -> String {
    if epochs == 0 { "none".to_owned() } else { epochs.to_string() }
}

fn listed<T: ToString>(values: &[T]) -> String {
    match values {
        [] => "none".to_owned(),
        values => values.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
    }
}
