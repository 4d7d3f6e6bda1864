//! Changes to single fields: what was left out stays as it is.

/// What a caller says of one field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Patch<T> {
    /// Nothing: it stays as it is.
    #[default]
    Keep,
    /// It is to be empty, or as it is where nothing was ever said.
    Clear,
    /// It is to be this.
    Set(T),
}

impl<T> Patch<T> {
    /// What the field is after the change, if it was `present`.
    pub fn apply(self, present: Option<T>) -> Option<T> {
        match self {
            Self::Keep => present,
            Self::Clear => None,
            Self::Set(value) => Some(value),
        }
    }

    /// The same with the value as a reference.
    pub const fn as_ref(&self) -> Patch<&T> {
        match self {
            Self::Keep => Patch::Keep,
            Self::Clear => Patch::Clear,
            Self::Set(value) => Patch::Set(value),
        }
    }

    /// Reads the value, if there is one; none where that fails.
    pub fn read<U>(self, read: impl FnOnce(T) -> Option<U>) -> Option<Patch<U>> {
        Some(match self {
            Self::Keep => Patch::Keep,
            Self::Clear => Patch::Clear,
            Self::Set(value) => Patch::Set(read(value)?),
        })
    }
}
