import Dispatch
import DurableFiles
import Wording

/// The user's own editor, for a cell.
enum Editor {
  struct Failure: Error, CustomStringConvertible {
    let command: String
    var description: String {
      "the editor ended with an error: \(command)\nname another in VISUAL or EDITOR; nothing was changed"
    }
  }

  /// Lets the user edit a text in $VISUAL, else $EDITOR, else vi.
  ///
  /// - Returns: the saved text, without line ends after it; nil if it was not saved.
  static func edit(_ text: String) async throws -> String? {
    let command = ["VISUAL", "EDITOR"].lazy.compactMap(UserFolders.environment).first ?? "vi"
    let folder = try DurableFiles.makeTemporaryFolder()
    defer { try? DurableFiles.remove(folder) }
    let path = folder + "/cell.gsw"
    try DurableFiles.replace(path, with: Array((text + "\n").utf8))
    let before = try modification(of: path)
    let status: Int32? = await withCheckedContinuation { continuation in
      // Waiting takes as long as a person takes: not on a thread of the pool.
      DispatchQueue.global().async {
        continuation.resume(returning: ChildProcess.run("\(command) \"$1\"", arguments: [path]))
      }
    }
    guard status == 0 else { throw Failure(command: command) }
    guard try DurableFiles.exists(path) else { return nil }
    let edited = String(String(decoding: try DurableFiles.read(path), as: UTF8.self).withoutLineEnds)
    return try edited != text || modification(of: path) != before ? edited : nil
  }

  /// When a file was last written, and which file that was: an editor may put a new one in its place.
  private static func modification(of path: String) throws(FileError) -> FileStatus? {
    try DurableFiles.statusIfPresent(of: path)
  }
}
