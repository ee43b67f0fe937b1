import DeltaLake
import DurableFiles
import EventHub
import Pipeline

/// The folder of a session's hubs, tables and checkpoints.
struct Workspace: Hashable, Sendable {
  let path: String

  private var tables: String { path + "/tables" }
  private var hubs: String { path + "/hubs" }

  /// The folder that holds how far searches were sent.
  func searches() throws -> String { try withoutWayOut(path + "/searches") }

  /// The folder of a table, to be read.
  func table(_ name: String) throws(NameFault) -> String {
    try ResourceName.checkPart(name)
    return tables + "/" + name
  }

  /// The folder of a table, to be changed.
  func tableForWriting(_ name: String) throws -> String { try withoutWayOut(table(name)) }

  var checkpoints: String { path + "/checkpoints" }

  func checkpoint(_ name: String, of table: String) throws -> String {
    for part in [table, name] { try ResourceName.checkPart(part) }
    return try withoutWayOut(checkpoints + "/\(table)/\(name)")
  }

  /// Whether a hub is named, rather than a folder's path.
  func isName(_ target: String) -> Bool { !target.contains("/") && !target.hasPrefix(".") }

  /// The folder that a hub's name or path stands for.
  func hub(_ target: String) -> String { isName(target) ? hubs + "/" + target : target }

  /// The same, to be read: links within the workspace are refused.
  func hubForReading(_ target: String) throws -> String {
    let hub = hub(target)
    if isName(target) { try DurableFiles.refuseLinks(on: hub, below: path) }
    return hub
  }

  /// The same, to be changed.
  func hubForWriting(_ target: String) throws -> String {
    let hub = hub(target)
    return hub.hasPrefix(hubs + "/") ? try withoutWayOut(hub) : hub
  }

  /// The hubs that are there, by name; also those that cannot be looked at, which their use tells.
  func hubNames() throws(FileError) -> [String] {
    try DurableFiles.names(in: hubs).filter { (try? EmbeddedHub.exists(at: hubs + "/" + $0)) ?? true }
  }

  /// The tables that are there, by name; also those that cannot be looked at, which their use tells.
  func tableNames() throws(FileError) -> [String] {
    try DurableFiles.names(in: tables).filter { (try? DeltaTable.exists(at: tables + "/" + $0)) ?? true }
  }

  // MARK: Links

  /// A folder of the workspace, unless a link on the way to it or in it leads out of the workspace: such links come with
  /// workspaces of others, and writing would change what they lead to.
  private func withoutWayOut(_ folder: String) throws -> String {
    var place = path
    for part in folder.dropFirst(path.count).split(separator: "/") {
      place += "/" + part
      if try DurableFiles.isLink(place), !RealPath.isWithin(path, place) { throw LinkOutOfWorkspace(path: place) }
    }
    if let link = try DurableFiles.links(in: folder).first(where: { !RealPath.isWithin(path, $0) }) {
      throw LinkOutOfWorkspace(path: link)
    }
    return folder
  }
}
