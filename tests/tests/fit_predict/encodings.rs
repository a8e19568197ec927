//! What a member reads of an architecture: encodings, and token sequences.

use super::*;

fn composition(inputs: &str) -> String {
    format!(
        "[data]\ntable = \"builtin:nas-bench-201\"\nlabels = 50\n[member.ridge]\nuse = \"linear/ridge\"\ninputs = [{inputs}]\n"
    )
}

#[test]
fn paths_that_no_training_row_has_are_left_out_of_the_features() {
    let place = Place::new(&[]);
    place.write("path.toml", &composition("\"path\""));
    let told = place.run("fit path.toml -o path.model").succeeded().out;
    let features: usize = told
        .split(" rows of builtin:nas-bench-201, ")
        .nth(1)
        .unwrap()
        .split(' ')
        .next()
        .unwrap()
        .parse()
        .unwrap();
    assert!((30..155).contains(&features), "{told}");
    let predicted = place.json("predict path.model");
    assert!(predicted["kendall_tau"].as_f64().unwrap() > 0.2, "{predicted}");
    // A row alone is predicted as it is among all.
    let best = predicted["best"][0].clone();
    let alone = place.run_with(&["--json", "predict", "path.model", "--arch", best["id"].as_str().unwrap()]);
    let alone: Value = serde_json::from_str(&alone.succeeded().out).unwrap();
    assert_eq!(alone["best"][0]["outputs"], best["outputs"]);
}

#[test]
fn a_truncated_path_says_its_length_in_parentheses() {
    let place = Place::new(&[]);
    place.write("short.toml", &composition("\"truncated-path(1)\""));
    let told = place.run("fit short.toml -o short.model").succeeded().out;
    // Paths of one operation: five, and none of the zero operation.
    assert!(told.contains(", 4 features"), "{told}");
}

#[test]
fn a_predictor_of_sequences_gets_tokens_and_the_vocabulary_of_the_space() {
    let place = Place::new(&["fixture-graphs"]);
    place.write(
        "tokens.toml",
        "[data]\ntable = \"builtin:nas-bench-201\"\n[member.tokens]\nuse = \"graphs/tokens\"\n",
    );
    place.run("fit tokens.toml -o tokens.model").succeeded();
    let told = place.run_with(&["--json", "predict", "tokens.model", "--arch", CELL]).succeeded().out;
    let told: Value = serde_json::from_str(&told).unwrap();
    let outputs = &told["best"][0]["outputs"];
    // 8 nodes make 35 tokens; 3 tokens for padding and edges, 7 for input, output and operations.
    assert_eq!((outputs["tokens"].as_f64(), outputs["longest"].as_f64()), (Some(35.0), Some(35.0)));
    assert_eq!(outputs["vocabulary"].as_f64(), Some(10.0));
}

#[test]
fn an_architecture_of_every_built_in_space_is_predicted_as_text() {
    use rand::SeedableRng;
    let place = Place::new(&[]);
    for name in archcast::space::Space::builtin_names() {
        let space = archcast::space::Space::builtin(name).unwrap();
        let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(11);
        let cells: Vec<String> = (0..12).map(|_| space.print(&space.sample(&mut rng))).collect();
        let rows = cells.iter().enumerate();
        let text: String = rows
            .map(|(row, cell)| format!("{}\n", serde_json::json!({ "cell": cell, "acc": 50 + row })))
            .collect();
        place.write("cells.jsonl", &text);
        place.write(
            "mine.toml",
            &format!(
                "[data]\ntable = \"cells.jsonl\"\nspace = \"{name}\"\narchitecture = \"cell\"\nrepeats = \"mean\"\n\
                 target = {{ column = \"acc\", goal = \"maximize\" }}\n\
                 [member.ridge]\nuse = \"linear/ridge\"\nparams = {{ penalty = 1.0 }}\ninputs = [\"adjacency-one-hot\"]\n"
            ),
        );
        place.run("fit mine.toml -o mine.model").succeeded();
        let told = place.run_with(&["--json", "predict", "mine.model", "--arch", &cells[3]]).succeeded().out;
        let told: Value = serde_json::from_str(&told).unwrap();
        let mean = told["best"][0]["outputs"]["mean"].as_f64().unwrap_or_else(|| panic!("{name}: {told}"));
        assert!((40.0..80.0).contains(&mean), "{name}: {mean}");
        let wrong = place.run_with(&["predict", "mine.model", "--arch", "nonsense"]);
        assert!(wrong.code == 1 && wrong.err.contains(name), "{name}: {}", wrong.err);
    }
}

#[test]
fn a_predictor_of_networks_gets_the_files_of_the_rows_and_a_row_without_one_is_missing() {
    let place = Place::new(&["fixture-networks"]);
    place.write("a.pt", "12345");
    place.write("b.pt", "123");
    place.write("nets.csv", "name,path\na,a.pt\nb,b.pt\nc,\n");
    place.write(
        "mine.toml",
        "[data]\ntable = \"nets.csv\"\nid = \"name\"\nnetwork = { column = \"path\", input = [3, 32, 32] }\n\
         [member.size]\nuse = \"networks/size\"\n",
    );
    place.run("fit mine.toml -o m").succeeded();
    let told = place.json("predict m");
    let best: Vec<(&str, Option<f64>)> = told["best"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["id"].as_str().unwrap(), row["outputs"]["score"].as_f64()))
        .collect();
    assert_eq!(best[..2], [("a", Some(5.0)), ("b", Some(3.0))]);
    assert_eq!((best[2].0, told["missing_rows"].as_u64()), ("c", Some(1)));
}
