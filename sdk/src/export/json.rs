//! JSON written in a `const`, so that the manifest can stand in the library file and be read without running code.

use crate::descriptor::{Cost, Descriptor, Family, Gives, Input, ScoreForm, TargetTransform, Threads};

/// A JSON text under construction. With `N = 0` only the length is counted.
pub struct Json<const N: usize> {
    bytes: [u8; N],
    length: usize,
    comma: bool,
}

impl<const N: usize> Json<N> {
    /// An empty text.
    #[allow(clippy::new_without_default, reason = "a default cannot be const")]
    pub const fn new() -> Self {
        Self { bytes: [0; N], length: 0, comma: false }
    }

    /// Bytes so far.
    pub const fn length(&self) -> usize {
        self.length
    }

    /// The text.
    pub const fn into_bytes(self) -> [u8; N] {
        self.bytes
    }

    const fn byte(&mut self, byte: u8) {
        if N > 0 {
            self.bytes[self.length] = byte;
        }
        self.length += 1;
    }

    const fn raw(&mut self, text: &str) {
        let bytes = text.as_bytes();
        let mut i = 0;
        while i < bytes.len() {
            self.byte(bytes[i]);
            i += 1;
        }
    }

    const fn separate(&mut self) {
        if self.comma {
            self.byte(b',');
        }
        self.comma = true;
    }

    const fn open(&mut self, bracket: u8) {
        self.separate();
        self.byte(bracket);
        self.comma = false;
    }

    const fn close(&mut self, bracket: u8) {
        self.byte(bracket);
        self.comma = true;
    }

    const fn quoted(&mut self, text: &str) {
        const HEX: &[u8; 16] = b"0123456789abcdef";
        self.byte(b'"');
        let bytes = text.as_bytes();
        let mut i = 0;
        while i < bytes.len() {
            match bytes[i] {
                b'"' | b'\\' => {
                    self.byte(b'\\');
                    self.byte(bytes[i]);
                }
                control if control < 0x20 => {
                    self.raw("\\u00");
                    self.byte(HEX[(control >> 4) as usize]);
                    self.byte(HEX[(control & 15) as usize]);
                }
                other => self.byte(other),
            }
            i += 1;
        }
        self.byte(b'"');
    }

    const fn text(&mut self, text: &str) {
        self.separate();
        self.quoted(text);
    }

    const fn number(&mut self, number: u32) {
        self.separate();
        let mut divisor = 1;
        while number / divisor >= 10 {
            divisor *= 10;
        }
        while divisor > 0 {
            self.byte(b'0' + (number / divisor % 10) as u8);
            divisor /= 10;
        }
    }

    const fn boolean(&mut self, value: bool) {
        self.separate();
        self.raw(if value { "true" } else { "false" });
    }

    const fn key(&mut self, key: &str) {
        self.separate();
        self.quoted(key);
        self.byte(b':');
        self.comma = false;
    }

    const fn pair(&mut self, key: &str, text: &str) {
        self.key(key);
        self.text(text);
    }

    const fn texts(&mut self, key: &str, texts: &[&str]) {
        self.key(key);
        self.open(b'[');
        let mut i = 0;
        while i < texts.len() {
            if !texts[i].is_empty() {
                self.text(texts[i]);
            }
            i += 1;
        }
        self.close(b']');
    }

    const fn input(&mut self, input: Input) {
        self.open(b'{');
        match input {
            Input::Features => self.pair("input", "features"),
            Input::Genotypes => self.pair("input", "genotypes"),
            Input::Sequences => self.pair("input", "sequences"),
            Input::FullGraph => self.pair("input", "full-graph"),
            Input::PrunedGraph => self.pair("input", "pruned-graph"),
            Input::Curve { metric, shortest } => {
                self.pair("input", "curve");
                self.pair("metric", metric);
                self.key("shortest");
                self.number(shortest);
            }
            Input::Networks => self.pair("input", "networks"),
            Input::Unlabelled { factor } => {
                self.pair("input", "unlabelled");
                self.key("factor");
                self.number(factor);
            }
            Input::Costs => self.pair("input", "costs"),
            Input::AnyOf(of) => {
                self.pair("input", "any-of");
                self.inputs("of", of);
            }
        }
        self.close(b'}');
    }

    const fn inputs(&mut self, key: &str, inputs: &[Input]) {
        self.key(key);
        self.open(b'[');
        let mut i = 0;
        while i < inputs.len() {
            self.input(inputs[i]);
            i += 1;
        }
        self.close(b']');
    }

    /// Writes a descriptor as an object.
    pub const fn descriptor(&mut self, d: &Descriptor) {
        self.open(b'{');
        self.pair("name", d.name);
        self.pair(
            "family",
            match d.family {
                Family::ModelBased => "model-based",
                Family::LearningCurve => "learning-curve",
                Family::ZeroCost => "zero-cost",
                Family::WeightSharing => "weight-sharing",
            },
        );
        self.pair("summary", d.summary);
        self.texts("cites", &d.cites);
        self.pair("complexity", d.complexity);
        self.inputs("needs", d.needs);
        self.inputs("may_use", d.may_use);
        self.pair("encoding", d.encoding);
        self.key("minimum_rows");
        self.number(d.minimum_rows);
        self.pair(
            "gives",
            match d.gives {
                Gives::Score => "score",
                Gives::Value => "value",
                Gives::Distribution => "distribution",
                Gives::Named(_) => "named",
            },
        );
        self.texts("outputs", d.gives.outputs());
        self.pair(
            "target_transform",
            match d.target_transform {
                TargetTransform::None => "none",
                TargetTransform::Standard => "standard",
                TargetTransform::NormalScore => "normal-score",
                TargetTransform::LogError => "log-error",
            },
        );
        self.pair(
            "score_form",
            match d.score_form {
                ScoreForm::Raw => "raw",
                ScoreForm::Rank => "rank",
                ScoreForm::Standard => "standard",
            },
        );
        self.key("deterministic");
        self.boolean(d.deterministic);
        self.key("row_independent");
        self.boolean(d.row_independent);
        self.pair(
            "cost",
            match d.cost {
                Cost::Micro => "micro",
                Cost::Milli => "milli",
                Cost::Seconds => "seconds",
            },
        );
        self.pair(
            "threads",
            match d.threads {
                Threads::One => "one",
                Threads::Many => "many",
            },
        );
        self.texts("devices", d.devices);
        self.texts("native_libraries", d.native_libraries);
        self.key("state_version");
        self.number(d.state_version);
        self.close(b'}');
    }
}

/// What a manifest is made of; filled in by `export_plugin!`.
#[doc(hidden)]
pub struct ManifestSource {
    pub name: &'static str,
    pub version: &'static str,
    pub summary: &'static str,
    pub panic: &'static str,
    pub profile: &'static str,
    pub predictors: &'static [Descriptor],
}

impl ManifestSource {
    /// Writes the manifest.
    pub const fn render<const N: usize>(&self) -> Json<N> {
        assert!(
            crate::descriptor::is_name(self.name),
            "a plugin's name is lower-case letters, digits and hyphens"
        );
        assert!(!self.predictors.is_empty(), "a plugin exports at least one predictor");
        let mut json = Json::new();
        json.open(b'{');
        json.pair("name", self.name);
        json.pair("version", self.version);
        json.pair("summary", self.summary);
        json.pair("abi", archcast_abi::ABI_VERSION);
        json.pair("sdk", env!("CARGO_PKG_VERSION"));
        json.pair("target", env!("ARCHCAST_TARGET"));
        json.pair("rustc", env!("ARCHCAST_RUSTC"));
        json.pair("panic", self.panic);
        json.pair("profile", self.profile);
        json.key("predictors");
        json.open(b'[');
        let mut i = 0;
        while i < self.predictors.len() {
            let mut j = 0;
            while j < i {
                assert!(
                    !same(self.predictors[i].name, self.predictors[j].name),
                    "two predictors have the same name"
                );
                j += 1;
            }
            json.descriptor(&self.predictors[i]);
            i += 1;
        }
        json.close(b']');
        json.close(b'}');
        json
    }
}

const fn same(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() != b.len() {
        return false;
    }
    let mut i = 0;
    while i < a.len() {
        if a[i] != b[i] {
            return false;
        }
        i += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: ManifestSource = ManifestSource {
        name: "probe",
        version: "1.2.3",
        summary: "quotes \" backslash \\ tab \t and ünïcode",
        panic: "unwind",
        profile: "release",
        predictors: &[Descriptor::new("one", Family::ZeroCost)
            .cite("first")
            .cite("second")
            .needs(&[
                Input::Curve { metric: "val_loss", shortest: 3 },
                Input::AnyOf(&[Input::Networks, Input::Genotypes]),
            ])
            .may_use(&[Input::Unlabelled { factor: 120 }])
            .minimum_rows(0)],
    };
    const LENGTH: usize = SOURCE.render::<0>().length();
    static TEXT: [u8; LENGTH] = SOURCE.render::<LENGTH>().into_bytes();

    #[test]
    fn a_manifest_made_in_a_const_is_read_back_by_serde() {
        let manifest: crate::manifest::Manifest = serde_json::from_slice(&TEXT).unwrap();
        assert_eq!(manifest.summary, SOURCE.summary);
        let one = &manifest.predictors[0];
        assert_eq!(one.cites, ["first", "second"]);
        assert_eq!(one.minimum_rows, 0);
        assert_eq!(one.outputs, ["score"]);
        let text = serde_json::to_value(&one.needs).unwrap();
        assert_eq!(
            text,
            serde_json::json!([
                {"input": "curve", "metric": "val_loss", "shortest": 3},
                {"input": "any-of", "of": [{"input": "networks"}, {"input": "genotypes"}]}
            ])
        );
        assert_eq!(serde_json::to_value(&one.may_use).unwrap()[0]["factor"], 120);
    }
}
