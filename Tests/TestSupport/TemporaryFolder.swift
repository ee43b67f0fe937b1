import DurableFiles
import Foundation

/// Runs a test in an empty folder, which is removed afterwards.
package func withTemporaryFolder<Result>(
  isolation: isolated (any Actor)? = #isolation, _ test: (String) async throws -> Result
) async throws -> Result {
  let folder = NSTemporaryDirectory() + "groundswell-" + UUID().uuidString
  try DurableFiles.createFolder(folder)
  defer { try? DurableFiles.remove(folder) }
  return try await test(folder)
}
