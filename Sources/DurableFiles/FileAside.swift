/// A file that is written piece by piece under a temporary name, and renamed when it is whole. Released before that, it is removed; after a
/// crash, the next process that writes to the folder removes it.
package final class FileAside {
  private let path: String
  /// Nil for a pipe or a device, which is written to directly.
  private let aside: String?
  /// Locked until it is renamed, which distinguishes a living writer from a dead one.
  private let file: OpenFile

  /// - Parameters:
  ///   - path: the final name. The new file keeps the permissions of the file with that name, and its owner if the
  ///     system permits.
  ///   - followingLink: if the name is a link, true replaces what it leads to, and false refuses it with
  ///     ``FileError/isLink``.
  package init(for path: String, followingLink: Bool = true) throws(FileError) {
    if !followingLink, try DurableFiles.isLink(path) { throw .link("write", path) }
    // Replaces the file that the link leads to.
    self.path = try DurableFiles.resolved(path)
    let replaced = try DurableFiles.statusIfPresent(of: self.path)
    if replaced?.kind == .other {
      aside = nil
      file = try OpenFile(path, for: .writing)
      return
    }
    try AbandonedFiles.clean(folderOf: self.path)
    let permissions = replaced?.kind == .file ? replaced?.permissions : nil
    // The new file has the owner of the old one, and is never readable by more users than the old one.
    file = try AbandonedFiles.createFile(for: self.path, permissions: permissions.map { $0 & 0o600 } ?? 0o644)
    aside = file.path
    if let replaced, let permissions {
      try file.setOwner(replaced.owner, group: replaced.group, permissions: permissions)
    }
    KillPoint.reached(.begun, path)
  }

  deinit {
    if let aside { try? DurableFiles.remove(aside) }
  }

  /// Appends a piece.
  package func write(_ bytes: [UInt8]) throws(FileError) {
    if KillPoint.isArmed(.halfWritten, path) {
      try file.append(Array(bytes.prefix(bytes.count / 2)))
      KillPoint.reached(.halfWritten, path)
      try file.append(Array(bytes.dropFirst(bytes.count / 2)))
    } else {
      try file.append(bytes)
    }
  }

  /// Renames the file, in place of one with its final name. Durable when it returns.
  package func replace() throws(FileError) {
    guard let aside else { return try file.close() }
    try finish()
    try DurableFiles.rename(aside, to: path)
    try settle()
  }

  /// Gives the file its final name, unless that exists. Durable when it returns. If several processes do so at once, one
  /// succeeds.
  ///
  /// - Returns: false if the name exists; nothing is changed then.
  package func create() throws(FileError) -> Bool {
    guard let aside else { return false }
    try finish()
    guard try DurableFiles.link(aside, as: path) else { return false }
    try settle()
    return true
  }

  private func finish() throws(FileError) {
    try file.sync()
    KillPoint.reached(.written, path)
  }

  private func settle() throws(FileError) {
    KillPoint.reached(.inPlace, path)
    try DurableFiles.syncFolder(DurableFiles.folder(of: path))
    KillPoint.reached(.durable, path)
  }
}
