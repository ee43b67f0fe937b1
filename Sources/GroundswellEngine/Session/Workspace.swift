import DeltaLake
import DurableFiles
import EventHub

/// The folder of a session's hubs, tables and checkpoints; and what a session may change outside of it.
struct Workspace: Hashable, Sendable {
  let path: String
  /// Whether it is a rehearsal's, which changes nothing outside of this folder.
  var isRehearsal = false

  private var tables: String { path + "/tables" }
  private var hubs: String { path + "/hubs" }

  /// The folder that holds how far searches were sent.
  func searches() throws -> String { try withoutWayOut(path + "/searches") }

  /// The folder of a table, to be read.
  func table(_ name: String) throws(BadName) -> String {
    try BadName.checkPart(name)
    return tables + "/" + name
  }

  /// The folder of a table, to be changed.
  func tableForWriting(_ name: String) throws -> String { try withoutWayOut(table(name)) }

  var checkpoints: String { path + "/checkpoints" }

  func checkpoint(_ name: String, of table: String) throws -> String {
    for part in [table, name] { try BadName.checkPart(part) }
    return try withoutWayOut(checkpoints + "/\(table)/\(name)")
  }

  /// The folder that a hub's name or path stands for.
  func hub(_ target: String) -> String {
    target.contains("/") || target.hasPrefix(".") ? target : hubs + "/" + target
  }

  /// The same, to be changed.
  ///
  /// - Throws: ``OnlyRehearsed`` for a folder outside of a rehearsal's workspace.
  func hubForWriting(_ target: String) throws -> String {
    let hub = hub(target)
    guard mayChange(hub) else { throw OnlyRehearsed(.change(hub: target)) }
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

  // MARK: Outside

  /// A file that a command may write, wherever it is. Commands write no other files.
  ///
  /// - Throws: ``OnlyRehearsed`` for a place outside of a rehearsal's workspace.
  func output(_ file: String) throws(OnlyRehearsed) -> OutputFile {
    guard mayChange(file) else { throw OnlyRehearsed(.write(path: file)) }
    return OutputFile(path: file)
  }

  /// Whether what has this path may be changed: a rehearsal changes only what is in its own folder.
  func mayChange(_ place: String) -> Bool { !isRehearsal || holds(place) }

  /// Whether the path, with its links followed, is within this folder.
  private func holds(_ place: String) -> Bool {
    guard let place = RealPath.of(place), let own = RealPath.of(path) else { return false }
    return place == own || place.hasPrefix(own == "/" ? own : own + "/")
  }

  /// A folder of the workspace, unless a link on the way to it or in it leads out of the workspace: such links come with
  /// workspaces of others, and writing would change what they lead to.
  private func withoutWayOut(_ folder: String) throws -> String {
    var place = path
    for part in folder.dropFirst(path.count).split(separator: "/") {
      place += "/" + part
      if try DurableFiles.isLink(place), !holds(place) { throw LeadsOut(path: place) }
    }
    if let link = try links(in: folder).first(where: { !holds($0) }) { throw LeadsOut(path: link) }
    return folder
  }

  private func links(in folder: String) throws -> [String] {
    try DurableFiles.names(in: folder).flatMap { name in
      let place = folder + "/" + name
      switch try DurableFiles.statusIfPresent(of: place, followingLink: false)?.kind {
      case .link: return [place]
      case .folder: return try links(in: place)
      case .file, .other, nil: return []
      }
    }
  }
}

/// A file that a command may write; a ``Workspace`` gives it.
struct OutputFile: Hashable, Sendable {
  let path: String

  fileprivate init(path: String) { self.path = path }
}
