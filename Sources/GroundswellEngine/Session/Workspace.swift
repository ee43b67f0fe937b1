import DeltaLake
import DurableFiles
import EventHub

/// The folder of a session's hubs, tables and checkpoints.
struct Workspace: Hashable, Sendable {
  let path: String

  var hubs: String { path + "/hubs" }
  var tables: String { path + "/tables" }

  /// How far searches were sent.
  var searches: String { path + "/searches" }

  func table(_ name: String) -> String { tables + "/" + name }

  var checkpoints: String { path + "/checkpoints" }

  func checkpoint(_ name: String, of table: String) -> String { checkpoints + "/\(table)/\(name)" }

  /// The folder that a hub's name or path stands for.
  func hub(_ target: String) -> String {
    target.contains("/") || target.hasPrefix(".") ? target : hubs + "/" + target
  }

  /// The hubs that are there, by name; also those that cannot be looked at, which their use tells.
  func hubNames() throws(FileError) -> [String] {
    try DurableFiles.names(in: hubs).filter { (try? EmbeddedHub.exists(at: hubs + "/" + $0)) ?? true }
  }

  /// The tables that are there, by name; also those that cannot be looked at, which their use tells.
  func tableNames() throws(FileError) -> [String] {
    try DurableFiles.names(in: tables).filter { (try? DeltaTable.exists(at: table($0))) ?? true }
  }
}
