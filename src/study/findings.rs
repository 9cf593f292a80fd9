//! Stand-in.
use crate::error::Result;
use crate::plan::Plan;
use crate::record::Run;
#[derive(Debug, Clone)]
pub struct Findings;
impl Findings {
    pub fn new(
        _: &Plan,
        each: &mut dyn FnMut(&mut dyn FnMut(&Run) -> Result<()>) -> Result<()>,
    ) -> Result<Self> {
        each(&mut |_| Ok(()))?;
        Ok(Findings)
    }
}
