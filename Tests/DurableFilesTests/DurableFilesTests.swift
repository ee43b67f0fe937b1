import DurableFiles
import Foundation
import Testing

@Suite("Durable files")
struct DurableFilesTests {
  static func folder() throws -> String {
    let path = NSTemporaryDirectory() + "/durable-" + UUID().uuidString
    try DurableFiles.createFolder(path + "/a/b")
    return path
  }

  @Test("come back as they were written, the newest content only")
  func replace() throws {
    let folder = try Self.folder()
    defer { try? DurableFiles.remove(folder) }
    let path = folder + "/a/file"
    for content in [[UInt8](repeating: 7, count: 200_000), [], [1, 2]] {
      try DurableFiles.replace(path, with: content)
      #expect(try DurableFiles.read(path) == content)
    }
    #expect(try DurableFiles.names(in: folder + "/a") == ["b", "file"])
  }

  @Test("are removed with all that is in a folder")
  func remove() throws {
    let folder = try Self.folder()
    try DurableFiles.replace(folder + "/a/b/c", with: [1])
    try DurableFiles.remove(folder)
    #expect(!DurableFiles.exists(folder))
    #expect(try DurableFiles.names(in: folder) == [])
  }

  @Test("say what cannot be done, on what, and what to do")
  func errors() throws {
    let folder = try Self.folder()
    defer { try? DurableFiles.remove(folder) }
    try DurableFiles.replace(folder + "/file", with: [])
    let missing = #expect(throws: FileError.self) { try DurableFiles.read(folder + "/none") }
    #expect(
      missing?.description == """
        cannot read \(folder)/none: No such file or directory
        check the path; a relative one begins at the folder where the program was started
        """)
    let blocked = #expect(throws: FileError.self) { try DurableFiles.createFolder(folder + "/file/x") }
    #expect(blocked?.description.hasPrefix("cannot create the folder \(folder)/file: Not a directory\n") == true)
  }

  @Test(
    "know the folder of a path",
    arguments: [("a/b", "a"), ("a", "."), ("/a", "/"), ("/a/b/", "/a"), ("/", "/"), ("a//", ".")])
  func folderOfPath(path: String, folder: String) {
    #expect(DurableFiles.folder(of: path) == folder)
  }
}
