//! From the data that a predictor is handed to a builder.

use archcast_sdk::{
    Dataset, Error, ErrorKind, Result,
    header::{DecisionInfo, SpaceInfo},
};

use crate::{ArchitectureError, Builder, Settings, Space};

impl Builder {
    /// Builds the networks of the space that these data belong to. Settings are the predictor's parameter `network`.
    ///
    /// # Errors
    /// Data without a space, a space that there are no networks for, settings that its networks cannot have.
    pub fn of(data: &Dataset<'_>, settings: &Settings) -> Result<Self> {
        let header = data.header()?;
        let Some(info) = &header.space else {
            let known = Space::known();
            return Err(Error::bad_data(format!(
                "the data belong to no search space; networks are built for {known}"
            )));
        };
        Ok(Self::new(Space::of(info)?, settings)?)
    }
}

impl Space {
    /// The space as a host tells it, without a digest: for a predictor's example.
    pub fn info(self) -> SpaceInfo {
        let decision = |(place, choices): (usize, Vec<&str>)| DecisionInfo {
            name: format!("decision-{}", place + 1),
            choices: choices.into_iter().map(str::to_owned).collect(),
        };
        let mut info = SpaceInfo::default();
        info.name = self.name().to_owned();
        info.decisions = self.choices().into_iter().enumerate().map(decision).collect();
        info
    }
}

impl From<ArchitectureError> for Error {
    fn from(error: ArchitectureError) -> Self {
        match error {
            ArchitectureError::Setting { setting, sentence } => {
                Error::bad_parameter(format!("network.{setting}"), sentence)
            }
            ArchitectureError::Space(_) => Error::new(ErrorKind::Unsupported, error.to_string()),
            _ => Error::bad_data(error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use archcast_sdk::DatasetBuilder;

    #[test]
    fn data_without_a_space_are_refused_with_the_spaces_there_are() {
        let data = DatasetBuilder::new(0);
        let error = Builder::of(&data.view().unwrap(), &Settings::default()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BadData);
        assert!(error.message().ends_with("`darts`, `nas-bench-macro`, `transnas-micro`"), "{error}");
    }

    #[test]
    fn the_space_of_the_data_is_built_under_the_settings() {
        let data = DatasetBuilder::new(0).header(|header| header.space = Some(Space::Darts.info()));
        let settings = Settings { classes: Some(7), ..Settings::default() };
        let builder = Builder::of(&data.view().unwrap(), &settings).unwrap();
        assert_eq!((builder.space(), builder.classes()), (Space::Darts, 7));
        let settings = Settings { channels: Some(9), ..settings };
        let error = Builder::of(&data.view().unwrap(), &settings).unwrap_err();
        assert_eq!(error.message(), "`network.channels` is 9; it is an even number from 8 on");
    }
}
