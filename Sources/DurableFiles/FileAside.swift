/// A file that is written piece by piece under a name that nobody looks for, and gets its own when it is whole. Let go before that, it is
/// gone; what a killed process left is removed by the next one that writes to the folder.
package final class FileAside {
  private let path: String
  /// Nil where the name is a pipe's or device's, which is written to as it is.
  private let aside: String?
  /// Locked until it has its name: that tells a living writer from a dead one.
  private let file: OpenFile

  /// - Parameters:
  ///   - path: the name that it will have. It keeps the permissions of the file that has that name, and its owner where the
  ///     system lets us.
  ///   - followingLink: where the name is a link's, whether what it leads to is replaced, or the link refused with
  ///     ``FileError/isLink``.
  package init(for path: String, followingLink: Bool = true) throws(FileError) {
    if !followingLink, try DurableFiles.isLink(path) { throw .link("write", path) }
    // Behind a link the file itself is replaced.
    self.path = try DurableFiles.resolved(path)
    let replaced = try DurableFiles.statusIfPresent(of: self.path)
    if replaced?.kind == .other {
      aside = nil
      file = try OpenFile(path, for: .writing)
      return
    }
    try AbandonedFiles.clean(folderOf: self.path)
    let permissions = replaced?.kind == .file ? replaced?.permissions : nil
    // What takes a file's place is its owner's, and no more can be read of it by others, at no moment.
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

  /// Adds a piece.
  package func write(_ bytes: [UInt8]) throws(FileError) {
    if KillPoint.isArmed(.halfWritten, path) {
      try file.append(Array(bytes.prefix(bytes.count / 2)))
      KillPoint.reached(.halfWritten, path)
      try file.append(Array(bytes.dropFirst(bytes.count / 2)))
    } else {
      try file.append(bytes)
    }
  }

  /// Puts it in place of the file of that name, if there is one; durable when it returns.
  package func replace() throws(FileError) {
    guard let aside else { return try file.close() }
    try finish()
    try DurableFiles.rename(aside, to: path)
    try settle()
  }

  /// Gives it its name, if nothing has that; durable when it returns. Of several processes that do so at once, one
  /// succeeds.
  ///
  /// - Returns: false, with nothing changed, where the name is taken.
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
