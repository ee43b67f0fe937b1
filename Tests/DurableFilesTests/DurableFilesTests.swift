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
    #expect(try !DurableFiles.exists(folder))
    #expect(try DurableFiles.names(in: folder) == [])
  }

  @Test("say what cannot be done, on what, and what to do")
  func errors() throws {
    let folder = try Self.folder()
    defer { try? DurableFiles.remove(folder) }
    try DurableFiles.replace(folder + "/file", with: [])
    let missing = #expect(throws: FileError.self) { try DurableFiles.read(folder + "/none") }
    #expect(missing?.description == "cannot read \(folder)/none: No such file or directory")
    let blocked = #expect(throws: FileError.self) { try DurableFiles.createFolder(folder + "/file/x") }
    #expect(blocked?.description == "cannot create the folder \(folder)/file: Not a directory")
  }

  /// Names below a folder that holds `file`, `empty/`, `link` to the file, `dangling` to nothing and `loop` to itself.
  private static func folderOfKinds() throws -> String {
    let folder = try Self.folder()
    try DurableFiles.createFolder(folder + "/empty")
    try DurableFiles.replace(folder + "/file", with: [1, 2])
    for (name, target) in [("link", "file"), ("dangling", "nothing"), ("loop", "loop")] {
      try FileManager.default.createSymbolicLink(atPath: folder + "/" + name, withDestinationPath: target)
    }
    return folder
  }

  @Test(
    "tell what has a name, and take only a missing name for missing",
    arguments: [
      ("file", FileStatus.Kind.file, FileStatus.Kind.file), ("empty", .folder, .folder), ("link", .file, .link),
      ("dangling", nil, .link), ("none", nil, nil), ("none/none", nil, nil), ("file/none", nil, nil),
    ])
  func kinds(name: String, behind: FileStatus.Kind?, itself: FileStatus.Kind?) throws {
    let folder = try Self.folderOfKinds()
    defer { try? DurableFiles.remove(folder) }
    let path = folder + "/" + name
    #expect(try DurableFiles.statusIfPresent(of: path)?.kind == behind)
    #expect(try DurableFiles.statusIfPresent(of: path, followingLink: false)?.kind == itself)
    #expect(try DurableFiles.exists(path) == (behind != nil))
    #expect(try DurableFiles.isFolder(path) == (behind == .folder))
    #expect(try DurableFiles.isLink(path) == (itself == .link))
  }

  @Test(
    "take no other failure for a missing name, an empty folder or a removal",
    arguments: ["loop/a", String(repeating: "n", count: 300)])
  func failures(name: String) throws {
    let folder = try Self.folderOfKinds()
    defer { try? DurableFiles.remove(folder) }
    let path = folder + "/" + name
    #expect(throws: FileError.self) { try DurableFiles.exists(path) }
    #expect(throws: FileError.self) { try DurableFiles.isFolder(path) }
    #expect(throws: FileError.self) { try DurableFiles.isLink(path) }
    #expect(throws: FileError.self) { try DurableFiles.names(in: path) }
    #expect(throws: FileError.self) { try DurableFiles.remove(path) }
    #expect(throws: FileError.self) { try DurableFiles.names(in: folder + "/file") }
  }

  @Test("are not opened through a link where none is followed")
  func links() throws {
    let folder = try Self.folderOfKinds()
    defer { try? DurableFiles.remove(folder) }
    let refused = #expect(throws: FileError.self) {
      try OpenFile(folder + "/link", for: .updating, followingLink: false)
    }
    #expect(refused?.description == "cannot write \(folder)/link: it is a link")
    #expect(try OpenFile(folder + "/link", for: .reading).readToEnd() == [1, 2])
  }

  @Test("refuse links below a folder, and leave the user's own paths alone")
  func linksBelow() throws {
    let folder = try Self.folder()
    defer { try? DurableFiles.remove(folder) }
    try FileManager.default.createSymbolicLink(atPath: folder + "/elsewhere", withDestinationPath: folder + "/a")
    let refused = #expect(throws: FileError.self) {
      try DurableFiles.refuseLinks(on: folder + "/elsewhere/b/c", below: folder)
    }
    #expect(refused == FileError("use", folder + "/elsewhere", code: ELOOP))
    try DurableFiles.refuseLinks(on: folder + "/a/b/c", below: folder)
    try DurableFiles.refuseLinks(on: folder + "/elsewhere/b", below: folder + "/elsewhere")
    try DurableFiles.refuseLinks(on: folder + "/elsewhere/b", below: folder + "/a")
  }

  @Test("keep the permissions of what they replace", arguments: [0o600, 0o640, 0o666, 0o755])
  func permissions(mode: UInt32) throws {
    let folder = try Self.folder()
    defer { try? DurableFiles.remove(folder) }
    let path = folder + "/file"
    try DurableFiles.replace(path, with: [1])
    try FileManager.default.setAttributes([.posixPermissions: Int(mode)], ofItemAtPath: path)
    try FileManager.default.createSymbolicLink(atPath: folder + "/link", withDestinationPath: path)
    try DurableFiles.replace(folder + "/link", with: [2])
    #expect(try DurableFiles.read(path) == [2])
    #expect(try DurableFiles.status(of: path).permissions == mode)
    #expect(try DurableFiles.isLink(folder + "/link"))
    #expect(throws: FileError.self) { try DurableFiles.replace(folder + "/link", with: [3], followingLink: false) }
    #expect(try DurableFiles.read(path) == [2])
  }

  @Test("that a killed process left half written go with the next write to the folder; those of the living stay")
  func abandoned() throws {
    let folder = try Self.folder()
    defer { try? DurableFiles.remove(folder) }
    let others = ["t.1.partial", "t.partial", "1-2.partial", "t.1-2.partial.gz", "t.1--2.partial"]
    let names = ["t.parquet.1-22.partial"] + others
    for name in names { try Data([1]).write(to: URL(fileURLWithPath: folder + "/" + name)) }
    let living = try OpenFile(folder + "/t.7-8.partial", for: .creating)
    #expect(try living.lock())
    try DurableFiles.replace(folder + "/file", with: [])
    #expect(try DurableFiles.names(in: folder) == (others + ["a", "file", "t.7-8.partial"]).sorted())
    // What is being written stays, and has its name in the end.
    let file = try FileAside(for: folder + "/new")
    try file.write([5])
    try file.replace()
    #expect(try DurableFiles.read(folder + "/new") == [5])
  }

  @Test(
    "know the folder of a path",
    arguments: [("a/b", "a"), ("a", "."), ("/a", "/"), ("/a/b/", "/a"), ("/", "/"), ("a//", ".")])
  func folderOfPath(path: String, folder: String) {
    #expect(DurableFiles.folder(of: path) == folder)
  }
}
