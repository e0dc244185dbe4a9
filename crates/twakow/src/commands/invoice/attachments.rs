//! `twakow invoice attachments`: the files that an invoice carries, into a folder.

use std::{fs, io::Write, path::Path};

use anyhow::{Context, Result};
use crypto::json::Value;
use invoice::{Attachment, Content, Embedded, attachments, limits::BYTES_MAX, one_line};
use vocab::Refusal;

use super::Answer;
use crate::{console::Console, refusals::ATTACHMENT_EXISTS, world::World};

/// Writes each attachment that is what it says into `out`, and tells of the others and of addresses.
pub(super) fn take_out(file: &Path, out: &Path, world: &World, console: &mut Console) -> Result<Answer> {
    let bytes = world.read(file, BYTES_MAX)?;
    let document = invoice::read(&bytes)?;
    let all = attachments(&document)?;
    let folder = world.path(out);
    fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
    let mut answer = Answer::Yes;
    for attachment in &all {
        match &attachment.content {
            Content::External(address) => tell_address(attachment, address, console)?,
            Content::Embedded(embedded) => {
                // One attachment is in memory at a time.
                match embedded.bytes() {
                    Ok(bytes) => match write_new(&folder, &embedded.name, &bytes)? {
                        Ok(()) => tell_written(attachment, embedded, bytes.len(), console)?,
                        Err(refusal) => {
                            answer = Answer::No;
                            tell_refused(attachment, embedded, &refusal, console)?;
                        }
                    },
                    Err(refusal) => {
                        answer = Answer::No;
                        tell_refused(attachment, embedded, &refusal, console)?;
                    }
                }
            }
        }
    }
    if all.is_empty() {
        console.say("The invoice has no attachments.");
    }
    Ok(answer)
}

/// Writes a file that is not there yet. A link of this name counts as there, wherever it leads.
fn write_new(folder: &Path, name: &str, bytes: &[u8]) -> Result<Result<(), Refusal>> {
    let path = folder.join(name);
    let mut file = match fs::File::create_new(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            return Ok(Err(ATTACHMENT_EXISTS.because(path.display().to_string())));
        }
        Err(error) => return Err(error).with_context(|| path.display().to_string()),
    };
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    if let Err(error) = written {
        // Half a file would pass for the whole.
        fs::remove_file(&path).ok();
        return Err(error).with_context(|| path.display().to_string());
    }
    Ok(Ok(()))
}

fn tell_written(
    attachment: &Attachment<'_>,
    embedded: &Embedded<'_>,
    length: usize,
    console: &mut Console,
) -> Result<()> {
    if console.json {
        let length = Value::from(u32::try_from(length).unwrap_or(u32::MAX));
        return told(
            attachment,
            [("bytes", length), ("written", Value::from(embedded.name.as_str()))],
            console,
        );
    }
    let of = of(attachment);
    console.line(format!("wrote {} ({}, {length} bytes){of}", embedded.name, embedded.mime))
}

fn tell_refused(
    attachment: &Attachment<'_>,
    embedded: &Embedded<'_>,
    refusal: &Refusal,
    console: &mut Console,
) -> Result<()> {
    if console.json {
        let refused = Value::object([
            ("code", Value::from(refusal.code())),
            ("message", Value::from(refusal.to_string())),
            ("remedy", Value::from(refusal.remedy())),
        ]);
        return told(
            attachment,
            [("name", Value::from(embedded.name.as_str())), ("refused", refused)],
            console,
        );
    }
    console.line(format!("refused {}{}: [{}] {refusal}", embedded.name, of(attachment), refusal.code()))?;
    console.line(format!("  what to do: {}", refusal.remedy()))
}

fn tell_address(attachment: &Attachment<'_>, address: &str, console: &mut Console) -> Result<()> {
    if console.json {
        return told(attachment, [("address", Value::from(address))], console);
    }
    console.line(format!("not fetched: {address}{}", of(attachment)))
}

fn of(attachment: &Attachment<'_>) -> String {
    match attachment.reference.as_str() {
        "" => String::new(),
        reference => format!(", of {}", one_line(reference)),
    }
}

fn told<const N: usize>(
    attachment: &Attachment<'_>,
    more: [(&'static str, Value); N],
    console: &mut Console,
) -> Result<()> {
    let reference = ("reference", Value::from(attachment.reference.as_str()));
    let version = ("v", Value::from("twakow/invoice-attachment/1"));
    console.json_line(&Value::object([reference, version].into_iter().chain(more)))
}
