import DeltaLake
import DurableFiles

/// The folder of a session's hubs, tables and checkpoints.
struct Workspace: Hashable, Sendable {
  let path: String

  var hubs: String { path + "/hubs" }
  var tables: String { path + "/tables" }

  /// How far searches were sent.
  var searches: String { path + "/searches" }

  func table(_ name: String) -> String { tables + "/" + name }

  func checkpoint(_ name: String, of table: String) -> String { path + "/checkpoints/\(table)/\(name)" }

  /// The folder that a hub's name or path stands for.
  func hub(_ target: String) -> String {
    target.contains("/") || target.hasPrefix(".") ? target : hubs + "/" + target
  }

  /// The hubs that are there, by name.
  func hubNames() throws(FileError) -> [String] {
    try DurableFiles.names(in: hubs).filter { DurableFiles.exists(hubs + "/\($0)/hub.json") }
  }

  /// The tables that are there, by name.
  func tableNames() throws(FileError) -> [String] {
    try DurableFiles.names(in: tables).filter { DeltaTable.exists(at: table($0)) }
  }
}
