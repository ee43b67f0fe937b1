import ArgumentParser
import Wording
package import EventFiles

/// Options for reading a text file, of `send` and `import`.
struct TextFileOptions: ParsableArguments, Sendable {
  @Option(help: "Of a text file: latin1, windows-1252, utf-16le, …; else UTF-8, or what its byte-order mark says.")
  var encoding: TextEncoding?

  @Flag(inversion: .prefixedNo, help: "Of CSV: whether the first line names the columns; else the values tell.")
  var header: Bool?

  @Option(help: "Of CSV: the columns' names, for a file without a header: time,value.")
  var columns: String?

  var isGiven: Bool { encoding != nil || header != nil || columns != nil }

  var values: DelimitedReader.Options {
    .init(encoding: encoding, hasHeader: header, columns: columns?.listedNames)
  }

  func validate() throws {
    if let columns, columns.listedNames.isEmpty {
      throw ValidationError("--columns is empty: write --columns time,value")
    }
  }
}

extension TextEncoding: ExpressibleByArgument {
  package init?(argument: String) { self.init(named: argument) }
}
