import DurableFiles
import Foundation
import TestSupport
import Testing

@Suite("A file lock")
struct FileLockTests {
  @Test("has one holder at a time, and names it to others")
  func holder() async throws {
    try await withTemporaryFolder { folder in
      let path = folder + "/lock"
      let first = try FileLock(path)
      let written = String(decoding: try DurableFiles.read(path), as: UTF8.self)
      #expect(written.hasSuffix(" (process \(ProcessInfo.processInfo.processIdentifier))"))
      #expect(try #require(throws: FileLock.Held.self) { try FileLock(path) }.holder == written)
      first.release()
      first.release()
      let second = try FileLock(path)
      #expect(throws: FileLock.Held.self) { try FileLock(path) }
      withExtendedLifetime(second) {}
    }
  }

  @Test("ends with its value, and leaves the file")
  func ending() async throws {
    try await withTemporaryFolder { folder in
      for _ in 0..<2 { _ = try FileLock(folder + "/lock") }
      #expect(try DurableFiles.names(in: folder) == ["lock"])
    }
  }

  @Test("replaces what a dead holder wrote")
  func deadHolder() async throws {
    try await withTemporaryFolder { folder in
      let path = folder + "/lock"
      let long = String(repeating: "a dead process ", count: 100)
      try DurableFiles.replace(path, with: Array(long.utf8))
      let lock = try FileLock(path)
      #expect(try !String(decoding: DurableFiles.read(path), as: UTF8.self).contains("dead"))
      lock.release()
    }
  }

  @Test("names a holder that wrote nothing yet as another process")
  func unnamedHolder() async throws {
    try await withTemporaryFolder { folder in
      let path = folder + "/lock"
      let lock = try FileLock(path)
      let handle = try #require(FileHandle(forWritingAtPath: path))
      try handle.truncate(atOffset: 0)
      #expect(try #require(throws: FileLock.Held.self) { try FileLock(path) }.holder == "another process")
      lock.release()
    }
  }

  @Test("follows no link, and leaves its target as it is")
  func link() async throws {
    try await withTemporaryFolder { folder in
      try DurableFiles.replace(folder + "/precious", with: [1, 2])
      try FileManager.default.createSymbolicLink(
        atPath: folder + "/lock", withDestinationPath: folder + "/precious")
      #expect(throws: FileError.self) { try FileLock(folder + "/lock") }
      #expect(try DurableFiles.read(folder + "/precious") == [1, 2])
    }
  }
}
