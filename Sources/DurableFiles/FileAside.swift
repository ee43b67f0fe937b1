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
  private var descriptor: Int32

  /// - Parameter path: the name that it will have.
  package init(for path: String) throws(FileError) {
    // Behind a link the file itself is replaced.
    let real = realpath(path, nil)
    defer { free(real) }
    self.path = real.map { String(cString: $0) } ?? path
    var status = stat()
    if stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG, status.st_mode & S_IFMT != S_IFDIR {
      aside = nil
      descriptor = open(path, O_WRONLY | O_CLOEXEC)
      guard descriptor >= 0 else { throw FileError("write", path) }
      return
    }
    // A name of its own each time, since several tasks of a process, and processes of one number, may write at once.
    let aside = self.path + ".\(getpid())-\(UInt64.random(in: .min ... .max)).partial"
    self.aside = aside
    descriptor = open(aside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw FileError("write", path) }
    KillPoint.reached(.begun, path)
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
    if let aside { unlink(aside) }
  }

  /// Adds a piece.
  package func write(_ bytes: [UInt8]) throws(FileError) {
    if KillPoint.isArmed(.halfWritten, path) {
      try DurableFiles.append(Array(bytes.prefix(bytes.count / 2)), to: descriptor, path: path)
      KillPoint.reached(.halfWritten, path)
      try DurableFiles.append(Array(bytes.dropFirst(bytes.count / 2)), to: descriptor, path: path)
    } else {
      try DurableFiles.append(bytes, to: descriptor, path: path)
    }
  }

  /// Puts it in place of the file of that name, if there is one; durable when it returns.
  package func replace() throws(FileError) {
    guard let aside else { return }
    try finish()
    guard rename(aside, path) == 0 else { throw FileError("write", path) }
    try settle()
  }

  /// Gives it its name, if nothing has that; durable when it returns. Of several processes that do so at once, one
  /// succeeds.
  ///
  /// - Returns: false, with nothing changed, where the name is taken.
  package func create() throws(FileError) -> Bool {
    guard let aside else { return false }
    try finish()
    // Unlike a rename, a link never takes the place of a file that is there.
    guard link(aside, path) == 0 else {
      if errno == EEXIST { return false }
      throw FileError("write", path)
    }
    try settle()
    return true
  }

  private func finish() throws(FileError) {
    try DurableFiles.sync(descriptor, path: path)
    close(descriptor)
    descriptor = -1
    KillPoint.reached(.written, path)
  }

  private func settle() throws(FileError) {
    KillPoint.reached(.inPlace, path)
    try DurableFiles.syncFolder(DurableFiles.folder(of: path))
    KillPoint.reached(.durable, path)
  }
}
