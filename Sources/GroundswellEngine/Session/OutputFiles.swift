import DurableFiles
import Pipeline

/// Where commands may write files. Commands write no other files than those that this gives.
struct OutputFiles: Hashable, Sendable {
  /// The folder that files must be in; nil allows every place.
  let folder: String?

  /// - Throws: ``RehearsalRefusal/write(file:)`` for a place outside of the folder.
  func file(_ path: String) throws(RehearsalRefusal) -> OutputFile {
    if let folder, !RealPath.isWithin(folder, path) { throw .write(file: path) }
    return OutputFile(path: path)
  }
}

/// A file that a command may write; ``OutputFiles`` gives it.
struct OutputFile: Hashable, Sendable {
  let path: String

  fileprivate init(path: String) { self.path = path }
}
