#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension Notebook {
  /// Reads a file: notebook format 4 if its name ends in `.ipynb` or its text begins with `{`, else percent text.
  public init(reading path: String) throws(NotebookError) {
    let content: [UInt8]
    do {
      content = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    } catch {
      throw .unreadable(path: path, reason: Self.reason(of: error))
    }
    let firstByte = content.first { !" \t\r\n".utf8.contains($0) }
    if path.hasSuffix(".ipynb") || firstByte == UInt8(ascii: "{") {
      try self.init(ipynb: content, name: path)
    } else if let text = String(validating: content, as: UTF8.self) {
      try self.init(percent: text, name: path)
    } else {
      throw .notText(name: path)
    }
  }

  /// Writes a file, all of it or nothing: notebook format 4 if its name ends in `.ipynb`, else percent text.
  public func write(to path: String) throws(NotebookError) {
    let text = path.hasSuffix(".ipynb") ? ipynb() : try percentText()
    do {
      try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw .unwritable(path: path, reason: Self.reason(of: error))
    }
  }

  private static func reason(of error: any Error) -> String {
    switch (error as? CocoaError)?.code {
    case .fileReadNoSuchFile?, .fileNoSuchFile?: "no such file or folder"
    case .fileReadNoPermission?, .fileWriteNoPermission?: "permission denied"
    case .fileWriteOutOfSpace?: "no space is left on the disk"
    case .fileWriteVolumeReadOnly?: "the disk is read-only"
    default: "it is a folder, or the disk reported a fault"
    }
  }
}
