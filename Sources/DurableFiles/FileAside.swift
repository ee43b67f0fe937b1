#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A file that is written piece by piece under a name that nobody looks for, and gets its own when it is whole. Let go before that, it is
/// gone.
package final class FileAside {
  private let path: String
  /// Nil where the name is a pipe's or device's, which is written to as it is.
  private let aside: String?
  private let file: OpenFile

  /// - Parameter path: the name that it will have.
  package init(for path: String) throws(FileError) {
    // Behind a link the file itself is replaced.
    self.path = try DurableFiles.resolved(path)
    let status = try DurableFiles.statusIfPresent(of: self.path)
    if status?.kind == .other {
      aside = nil
      file = try OpenFile(path, for: .writing)
      return
    }
    // A name of its own each time, since several tasks of a process, and processes of one number, may write at once.
    let aside = self.path + ".\(getpid())-\(UInt64.random(in: .min ... .max)).partial"
    self.aside = aside
    file = try OpenFile(aside, for: .creating)
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
    try file.close()
    KillPoint.reached(.written, path)
  }

  private func settle() throws(FileError) {
    KillPoint.reached(.inPlace, path)
    try DurableFiles.syncFolder(DurableFiles.folder(of: path))
    KillPoint.reached(.durable, path)
  }
}
