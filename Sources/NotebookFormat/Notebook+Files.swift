import DurableFiles

// Pipes block while they are read.
#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension Notebook {
  /// Reads a file: notebook format 4 if its name ends in `.ipynb` or its text begins with `{`, Markdown if its name ends in
  /// `.md`, Databricks source if its first line is that form's, else percent text.
  public init(reading path: String) throws(NotebookError) {
    let content: [UInt8]
    do {
      content = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    } catch {
      throw .unreadable(path: path, reason: Self.reason(of: error))
    }
    // A byte-order mark of UTF-16.
    if content.starts(with: [0xFF, 0xFE]) || content.starts(with: [0xFE, 0xFF]) { throw .utf16(name: path) }
    let firstByte = content.first { !" \t\r\n".utf8.contains($0) }
    if path.hasSuffix(".ipynb") || firstByte == UInt8(ascii: "{") {
      try self.init(ipynb: content, name: path)
    } else if path.hasSuffix(".html") {
      throw .reportOnly(path: path)
    } else if let text = String(validating: content, as: UTF8.self).map(Self.withLineFeeds) {
      if path.hasSuffix(".md") {
        self.init(markdown: text)
      } else if Self.isDatabricks(text) {
        try self.init(databricks: text, name: path)
      } else {
        try self.init(percent: text, name: path)
      }
    } else {
      throw .notText(name: path)
    }
  }

  /// Writes a file, whole or not at all, in the form that its name ends in: `.ipynb` notebook format 4, `.py` Databricks
  /// source, `.md` Markdown, `.html` a report, `.gsw`, `.txt` or no ending percent text.
  public func write(to path: String) throws(NotebookError) {
    let ending = path.split(separator: "/").last?.split(separator: ".").dropFirst().last ?? ""
    let text: String
    switch ending.lowercased() {
    case "ipynb": text = ipynb()
    case "py": text = try databricksSource()
    case "md": text = try markdown()
    case "html", "htm": text = html(name: path.split(separator: "/").last.map(String.init) ?? path)
    case "gsw", "txt", "": text = try percentText()
    default: throw .unknownForm(path: path)
    }
    // Follows links, and keeps the file's permissions.
    do { try DurableFiles.replace(path, with: Array(text.utf8)) } catch {
      throw .unwritable(path: path, reason: error.isMissing ? "no such file or folder" : error.reason)
    }
  }

  private static func reason(of error: any Error) -> String {
    switch (error as? CocoaError)?.code {
    case .fileReadNoSuchFile?, .fileNoSuchFile?: "no such file or folder"
    case .fileReadNoPermission?: "permission denied"
    default: "it is a folder, or the disk reported a fault"
    }
  }

  /// Converts the line ends of old Macs, which the forms do not know.
  private static func withLineFeeds(_ text: String) -> String {
    text.utf8.contains(UInt8(ascii: "\n")) ? text : text.replacing("\r", with: "\n")
  }
}
