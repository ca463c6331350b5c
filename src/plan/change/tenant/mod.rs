//! Changes that give each row its tenant and keep it there.

mod column;
mod composite_key;
mod drop_foreign_key;
mod foreign_key;
mod gates;
mod not_null;
mod sync;

pub use column::{Parent, RootKey, TenantColumn};
pub use composite_key::CompositeKey;
pub use drop_foreign_key::DropForeignKey;
pub use not_null::RequireTenant;
