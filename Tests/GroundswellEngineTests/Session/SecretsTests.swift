import Foundation
import GroundswellEngine
import NotebookFormat
import Testing

/// What is typed, and what a notebook keeps of it.
@Suite("Secrets")
struct SecretsTests {
  @Test(
    "in a cell are left out of what is kept",
    arguments: [
      // Addresses, whatever the password holds.
      ("connect hub kafka://ann:p@SECRET@h:1/t", "connect hub kafka://ann:…@h:1/t"),
      ("connect hub kafka://ann:p/SECRET@h:1/t", "connect hub kafka://ann:…@h:1/t"),
      ("connect hub kafka://SECRET@h:1/t", "connect hub kafka://…@h:1/t"),
      ("connect hub 'kafka://ann:p SECRET@h:1/t'", "connect hub 'kafka://ann:…@h:1/t'"),
      ("connect hub ann:SECRET@h:9092/t", "connect hub ann:…@h:9092/t"),
      ("connect hub kafka%3A%2F%2Fann%3Ap%40SECRET%40h%2Ft", "connect hub kafka%3A%2F%2Fann%3A…%40h%2Ft"),
      ("send --from https://ann:SECRET@h/x.csv", "send --from https://ann:…@h/x.csv"),
      ("send --from 'https://h/c?sv=1&sig=SECRET'", "send --from 'https://h/c?sv=1&sig=…'"),
      ("send --from https://h/c%3Fsig%3DSECRET%26x%3D1", "send --from https://h/c%3Fsig%3D…%26x%3D1"),
      ("send --from https://h/c?access_token=SECRET#x", "send --from https://h/c?access_token=…#x"),
      (
        "connect hub 'Endpoint=sb://n/;SharedAccessKeyName=k;SharedAccessKey=SECRET+/=;EntityPath=t'",
        "connect hub 'Endpoint=sb://n/;SharedAccessKeyName=k;SharedAccessKey=…;EntityPath=t'"
      ),
      // Options, however they are written.
      ("connect hub h --user a --password 'x SECRET'", "connect hub h --user a --password '…'"),
      ("connect hub h --user a --password x SECRET", "connect hub h --user a --password … …"),
      ("connect hub h --password \\\nSECRET", "connect hub h --password \\\n…"),
      ("connect hub h --password='SECRET'", "connect hub h …"),
      ("connect hub h --password=SECRET", "connect hub h --password=…"),
      ("connect hub h --pasword SECRET", "connect hub h --pasword …"),
      ("conect hub h --password SECRET", "conect hub h --password …"),
      ("connect hub h --password \"SEC\\\"RET\" --user a", "connect hub h --password \"…\" --user a"),
      ("connect hub h --password 'SECRET", "connect hub h --password '…'"),
      ("connect detector https://h --key SECRET", "connect detector https://h --key …"),
      // Keys where a command wants them.
      ("connect twitter SECRET", "connect twitter …"),
      ("connect \\\n twitter SECRET", "connect \\\n twitter …"),
      ("tables; connect twitter SECRET # mine", "tables; connect twitter … # mine"),
      ("connect twiter Bearer SECRET", "connect twiter … …"),
      // Parameters that are called so.
      ("set api_key SECRET", "set api_key …"), ("set dbPassword 'SECRET'", "set dbPassword '…'"),
      ("set pw -SECRET", "set pw …"), ("run n.ipynb -p token SECRET -p hours 3", "run n.ipynb -p token … -p hours 3"),
      ("insert 1 connect twitter SECRET", "insert 1 connect twitter …"),
      ("note try --password SECRET there", "note try --password … there"),
    ])
  func masked(cell: String, kept: String) throws {
    #expect(try Session().secrets.masked(cell: cell) == kept)
  }

  @Test(
    "are nowhere in cells that only look like it",
    arguments: [
      "connect hub env:HUB --password env:PW", "import days.csv --to t --mode merge --key day",
      "send --query 'from:azure @bob'", "send --from https://mastodon.social/@ann", "set tokens 5", "set key day",
      "connect hub kafka://h:9092/t --user ann", "connect twitter env:TOKEN", "SELECT 'a@b.c' AS mail;",
      "note see https://h/x?page=2&sort=key", "connect hub ./a@b",
    ])
  func untouched(cell: String) throws {
    #expect(try Session().secrets.masked(cell: cell) == cell)
  }

  @Test("that were seen come up in no failure, note, output or notebook, in no spelling")
  func seen() async throws {
    let folder = NSTemporaryDirectory() + "secrets-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let session = try Session(workspace: folder + "/w")
    let cells = [
      "connect hub h --password 'my SE/CRET'", "show 'my SE/CRET'", "SELECT 'my SE/CRET' AS a, 'x' AS b;",
      "note it is my%20SE%2fCRET", "show my+SE/CRET", "set other 'my SE/CRET'\nset",
    ]
    var said: [String] = []
    for cell in cells {
      let result = await session.runAndKeep(Cell(cell))
      // A table of data is as it is.
      said += [result.failure ?? ""] + result.outputs.compactMap { if case .text(let text) = $0 { text } else { nil } }
    }
    #expect(said.joined().contains("…"))
    for ending in ["ipynb", "gsw", "html", "md"] {
      let path = folder + "/n." + ending
      let result = await session.run(Cell("notebook save \(path)"))
      #expect(result.failure == nil)
      said.append(try String(contentsOfFile: path, encoding: .utf8))
    }
    for text in said { #expect(!text.contains("CRET"), "\(text)") }
  }

  @Test("of a notebook are left out where it is saved, and said so")
  func saved() async throws {
    let folder = NSTemporaryDirectory() + "secrets-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try "# %%\nset api_key SECRET\n\n# %%\nset".write(toFile: folder + "/n.gsw", atomically: true, encoding: .utf8)
    let session = try Session(workspace: folder + "/w")
    let converted = await session.run(Cell("notebook convert \(folder)/n.gsw \(folder)/c.html"))
    #expect(converted.outputs.map(\.plainText).joined().hasSuffix("c.html: 2 cells; masked secrets in 1 cell"))
    #expect(await session.run(Cell("run \(folder)/n.gsw -o \(folder)/o.ipynb")).failure == nil)
    for name in ["c.html", "o.ipynb"] {
      #expect(try !String(contentsOfFile: folder + "/" + name, encoding: .utf8).contains("SECRET"))
    }
  }
}
