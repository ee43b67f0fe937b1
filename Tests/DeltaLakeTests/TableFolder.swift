import DurableFiles
import Foundation

/// A folder for a table, gone when the test is over.
final class TableFolder {
  let path = NSTemporaryDirectory() + "delta-" + UUID().uuidString
  deinit { try? DurableFiles.remove(path) }

  func log(_ version: Int, _ text: String) throws {
    try DurableFiles.createFolder(path + "/_delta_log")
    try DurableFiles.replace(file(version), with: Array(text.utf8))
  }

  func file(_ version: Int) -> String {
    path + "/_delta_log/" + String(repeating: "0", count: 19) + "\(version).json"
  }
}
