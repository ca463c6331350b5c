//! Changes that an application, written against the schema before, may notice. All are off unless asked for.

use pg_query::NodeEnum;
use pg_query::protobuf::{AlterTableType, ConstrType, ObjectType};

use crate::ident::Ident;
use crate::lint::cx::Cx;
use crate::lint::draft::Draft;
use crate::lint::lock::is_table;
use crate::lint::name::{Name, inners};

/// Looks at everything that a running application could notice.
pub fn look(cx: &Cx, found: &mut Vec<Draft>) {
    let mut say = |rule: &'static str, object: String, message: String, because: &str| {
        found.push(Draft::new(rule, object, message, because));
    };
    match cx.node() {
        NodeEnum::DropStmt(drop) => {
            for object in inners(&drop.objects) {
                let Some(name) = Name::of_object(object) else { continue };
                if let Some((rule, kind, because)) = dropped(drop.remove_type) {
                    let known = rule == "index-dropped" && cx.state.table_of_index(&name).is_some_and(|t| cx.state.is_fresh(&t));
                    if !known {
                        say(rule, name.to_string(), format!("{kind} {name} is dropped"), because);
                    }
                }
            }
        }
        NodeEnum::RenameStmt(rename) if !is_table(rename.rename_type) && !renames_column(rename) => {
            let object = rename.relation.as_ref().map(Name::of);
            let object = object.or_else(|| Name::of_object(rename.object.as_ref()?.node.as_ref()?));
            let new = Ident::new(rename.newname.as_str());
            let name = object.map_or_else(|| Ident::new(rename.subname.as_str()).to_string(), |n| n.to_string());
            say("object-renamed", name.clone(), format!("{name} or a part of it is renamed to {new}"), FAILS);
        }
        NodeEnum::AlterObjectSchemaStmt(alter) => {
            let object = alter.relation.as_ref().map(Name::of);
            let Some(name) = object.or_else(|| Name::of_object(alter.object.as_ref()?.node.as_ref()?)) else { return };
            say(
                "object-renamed",
                name.to_string(),
                format!("{name} is moved to schema {}", Ident::new(alter.newschema.as_str())),
                FAILS,
            );
        }
        NodeEnum::AlterExtensionStmt(alter) => {
            let name = Ident::new(alter.extname.as_str()).to_string();
            say(
                "extension-changed",
                name.clone(),
                format!("extension {name} is updated"),
                "its functions and types may change or go",
            );
        }
        NodeEnum::AlterExtensionContentsStmt(alter) => {
            let name = Ident::new(alter.extname.as_str()).to_string();
            say(
                "extension-changed",
                name.clone(),
                format!("what belongs to extension {name} is changed"),
                "an update or DROP of it treats the object differently",
            );
        }
        NodeEnum::CreatePolicyStmt(p) => policy(p.table.as_ref(), &p.policy_name, "created on", cx, found),
        NodeEnum::AlterPolicyStmt(p) => policy(p.table.as_ref(), &p.policy_name, "changed on", cx, found),
        NodeEnum::GrantStmt(g) if !g.is_grant => {
            let object = inners(&g.objects).find_map(Name::of_object).map_or_else(|| "privileges".to_owned(), |n| n.to_string());
            say("privilege-revoked", object.clone(), format!("privileges on {object} are revoked"), REFUSED);
        }
        NodeEnum::GrantRoleStmt(g) if !g.is_grant => {
            say("privilege-revoked", "roles".to_owned(), "membership in a role is revoked".to_owned(), REFUSED)
        }
        NodeEnum::DropOwnedStmt(_) | NodeEnum::DropRoleStmt(_) => {
            say("privilege-revoked", "roles".to_owned(), "a role or what it owns is dropped".to_owned(), REFUSED);
        }
        NodeEnum::ReassignOwnedStmt(_) | NodeEnum::AlterOwnerStmt(_) => {
            say(
                "privilege-revoked",
                "owner".to_owned(),
                "objects get another owner".to_owned(),
                "who may change them, and whose rights functions and views have, changes",
            );
        }
        NodeEnum::ViewStmt(v) if v.replace => {
            let name = v.view.as_ref().map_or_else(String::new, |v| Name::of(v).to_string());
            say("definition-replaced", name.clone(), format!("view {name} is replaced"), REPLACED);
        }
        NodeEnum::CreateFunctionStmt(f) if f.replace => {
            let name = Name::of_parts(&f.funcname).map_or_else(String::new, |n| n.to_string());
            say("definition-replaced", name.clone(), format!("function {name} is replaced"), REPLACED);
        }
        NodeEnum::CreateTrigStmt(t) if t.replace => {
            let name = Ident::new(t.trigname.as_str()).to_string();
            say("definition-replaced", name.clone(), format!("trigger {name} is replaced"), REPLACED);
        }
        NodeEnum::RuleStmt(r) if r.replace => {
            let name = Ident::new(r.rulename.as_str()).to_string();
            say("definition-replaced", name.clone(), format!("rule {name} is replaced"), REPLACED);
        }
        NodeEnum::AlterFunctionStmt(f) => {
            let name = f.func.as_ref().and_then(|f| Name::of_parts(&f.objname)).map_or_else(String::new, |n| n.to_string());
            say("definition-replaced", name.clone(), format!("options of function {name} are changed"), REPLACED);
        }
        NodeEnum::AlterRoleStmt(_) | NodeEnum::AlterRoleSetStmt(_) => settings("a role", &mut say),
        NodeEnum::AlterDatabaseSetStmt(_) | NodeEnum::AlterDatabaseStmt(_) => settings("the database", &mut say),
        NodeEnum::AlterSystemStmt(_) => settings("the server", &mut say),
        NodeEnum::AlterEnumStmt(e) if e.old_val.is_empty() => {
            let Some(name) = Name::of_parts(&e.type_name) else { return };
            say(
                "shape-changed",
                name.to_string(),
                format!("enum {name} gets another value"),
                "an application that lists all values meets one it does not know",
            );
        }
        NodeEnum::AlterSeqStmt(s) => {
            let name = s.sequence.as_ref().map_or_else(String::new, |r| Name::of(r).to_string());
            say(
                "sequence-changed",
                name.clone(),
                format!("sequence {name} is changed"),
                "numbers may come twice, or leave a gap",
            );
        }
        NodeEnum::AlterPublicationStmt(p) => {
            let name = Ident::new(p.pubname.as_str()).to_string();
            say("replication-changed", name.clone(), format!("publication {name} is changed"), REPLICAS);
        }
        NodeEnum::IndexStmt(index) if index.unique => {
            let Some(table) = index.relation.as_ref().map(Name::of).filter(|t| !cx.state.is_fresh(t)) else { return };
            say("write-restricted", table.to_string(), format!("a unique index is added to {table}"), WRITES);
        }
        NodeEnum::AlterDomainStmt(d) if d.subtype == "C" || d.subtype == "O" => {
            let Some(name) = Name::of_parts(&d.type_name) else { return };
            say("write-restricted", name.to_string(), format!("domain {name} gets a constraint"), WRITES);
        }
        NodeEnum::AlterTableStmt(alter) if !is_table(alter.objtype) => other_relation(alter, cx, found),
        NodeEnum::AlterTableStmt(_) => altered(cx, found),
        _ => {}
    }
}

const FAILS: &str = "an application that still names it fails";
const REFUSED: &str = "an application that relies on them is refused";
const REPLACED: &str = "an application that relies on what it did before may break";
const REPLICAS: &str = "what subscribers receive changes";
const WRITES: &str = "an application that writes as before may be refused, also with NOT VALID or CONCURRENTLY";

fn settings(of: &str, say: &mut impl FnMut(&'static str, String, String, &str)) {
    say(
        "settings-changed",
        of.to_owned(),
        format!("settings of {of} are changed"),
        "all sessions that begin from now on have them, after the file is forgotten",
    );
}

fn policy(table: Option<&pg_query::protobuf::RangeVar>, policy: &str, done: &str, cx: &Cx, found: &mut Vec<Draft>) {
    let Some(table) = table.map(Name::of).filter(|t| !cx.state.is_fresh(t)) else { return };
    let message = format!("policy {} is {done} {table}", Ident::new(policy));
    found.push(Draft::new("policy-changed", &table, message, "which rows an application sees and may write changes"));
}

fn renames_column(rename: &pg_query::protobuf::RenameStmt) -> bool {
    rename.rename_type == ObjectType::ObjectColumn as i32 && is_table(rename.relation_type)
}

/// The rule, the word, and why.
fn dropped(object_type: i32) -> Option<(&'static str, &'static str, &'static str)> {
    Some(match ObjectType::try_from(object_type).ok()? {
        ObjectType::ObjectView => ("object-dropped", "view", FAILS),
        ObjectType::ObjectMatview => ("object-dropped", "materialized view", FAILS),
        ObjectType::ObjectFunction | ObjectType::ObjectRoutine => ("object-dropped", "function", FAILS),
        ObjectType::ObjectProcedure => ("object-dropped", "procedure", FAILS),
        ObjectType::ObjectAggregate => ("object-dropped", "aggregate", FAILS),
        ObjectType::ObjectType => ("object-dropped", "type", FAILS),
        ObjectType::ObjectDomain => ("object-dropped", "domain", FAILS),
        ObjectType::ObjectSequence => ("object-dropped", "sequence", FAILS),
        ObjectType::ObjectSchema => ("object-dropped", "schema", FAILS),
        ObjectType::ObjectExtension => ("extension-changed", "extension", FAILS),
        ObjectType::ObjectIndex => {
            ("index-dropped", "index", "a query that needs it gets slow, and a unique one no longer keeps duplicates out")
        }
        ObjectType::ObjectPolicy => ("policy-changed", "policy", "which rows an application sees and may write changes"),
        ObjectType::ObjectTrigger | ObjectType::ObjectRule => {
            ("trigger-disabled", "trigger or rule", "what it did no longer happens")
        }
        ObjectType::ObjectPublication => ("replication-changed", "publication", REPLICAS),
        _ => return None,
    })
}

/// ALTER VIEW, ALTER TYPE, ALTER SEQUENCE in the form of ALTER TABLE.
fn other_relation(alter: &pg_query::protobuf::AlterTableStmt, cx: &Cx, found: &mut Vec<Draft>) {
    let Some(name) = alter.relation.as_ref().map(Name::of) else { return };
    for node in inners(&alter.cmds) {
        let NodeEnum::AlterTableCmd(cmd) = node else { continue };
        let (rule, message, because) = match ObjectType::try_from(alter.objtype) {
            Ok(ObjectType::ObjectType) if cx.state.fresh_types.contains(&cx.state.key(&name)) => continue,
            Ok(ObjectType::ObjectType) if cmd.subtype == AlterTableType::AtAddColumn as i32 => (
                "shape-changed",
                format!("type {name} gets another attribute"),
                "values that an application receives have one more",
            ),
            Ok(ObjectType::ObjectType) => ("object-renamed", format!("an attribute of type {name} is changed or dropped"), FAILS),
            Ok(ObjectType::ObjectView) => ("definition-replaced", format!("options of view {name} are changed"), REPLACED),
            _ => continue,
        };
        found.push(Draft::new(rule, &name, message, because));
    }
}

fn altered(cx: &Cx, found: &mut Vec<Draft>) {
    use AlterTableType as T;
    let Some((table, commands)) = cx.alters() else { return };
    for command in commands {
        let part = Ident::new(command.cmd.name.as_str());
        let (rule, message, because) = match (command.kind(), command.def()) {
            (T::AtDropConstraint, _) => {
                ("constraint-dropped", format!("constraint {part} of {table} is dropped"), "nothing keeps out what it kept out")
            }
            (T::AtAlterConstraint, _) => (
                "constraint-dropped",
                format!("enforcement of a constraint of {table} is changed"),
                "rows that it refused may get in, or the other way round",
            ),
            (T::AtColumnDefault, _) => ("column-values-changed", format!("default of {part} of {table} is changed"), VALUES),
            (T::AtSetExpression | T::AtDropExpression, _) => {
                ("column-values-changed", format!("expression of {part} of {table} is changed"), VALUES)
            }
            (T::AtAddIdentity | T::AtSetIdentity | T::AtDropIdentity, _) => {
                ("column-values-changed", format!("identity of {part} of {table} is changed"), VALUES)
            }
            (T::AtDisableTrig | T::AtDisableTrigAll | T::AtDisableTrigUser | T::AtDisableRule, _) => {
                ("trigger-disabled", format!("triggers or rules of {table} are disabled"), "what they did no longer happens")
            }
            (T::AtEnableReplicaTrig | T::AtEnableReplicaRule, _) => (
                "trigger-disabled",
                format!("triggers or rules of {table} are left to replicas"),
                "for writes of the application they no longer fire",
            ),
            (T::AtReplicaIdentity, _) => ("replication-changed", format!("replica identity of {table} is changed"), REPLICAS),
            (T::AtEnableRowSecurity | T::AtDisableRowSecurity | T::AtForceRowSecurity | T::AtNoForceRowSecurity, _) => (
                "policy-changed",
                format!("row-level security of {table} is changed"),
                "which rows an application sees and may write changes",
            ),
            (T::AtChangeOwner, _) => ("privilege-revoked", format!("{table} gets another owner"), REFUSED),
            (T::AtAddColumn, _) => {
                ("shape-changed", format!("{table} gets another column"), "SELECT * and INSERT without a list of columns meet it")
            }
            (T::AtDropInherit | T::AtDetachPartition, _) => (
                "rows-leave-parent",
                format!("a part of {table} is taken out of it"),
                "its rows are no longer read and written through the parent",
            ),
            (T::AtSetNotNull, _) => ("write-restricted", format!("{part} of {table} may no longer hold NULL"), WRITES),
            (T::AtAddConstraint, Some(NodeEnum::Constraint(c)))
                if c.indexname.is_empty() || c.contype == ConstrType::ConstrPrimary as i32 =>
            {
                ("write-restricted", format!("{table} gets another constraint"), WRITES)
            }
            _ => continue,
        };
        found.push(Draft::new(rule, &table, message, because).at(cx.place_of(&command)));
    }
}

const VALUES: &str = "rows that an application writes as before hold other values";
