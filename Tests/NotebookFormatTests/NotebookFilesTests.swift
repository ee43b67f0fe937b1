import Foundation
import NotebookFormat
import Testing

@Suite("Files of notebooks")
struct NotebookFilesTests {
  let folder: String

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "notebooks-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  @Test("take their form from their name, and on reading from their text", arguments: ["n.ipynb", "n.gsw"])
  func forms(file: String) throws {
    let notebook = Notebook(cells: [.markdown(id: "a", "# T"), .code(id: "b", "show t")])
    let path = folder + "/" + file
    try notebook.write(to: path)
    #expect(try Notebook(reading: path) == notebook)
    let text = try String(contentsOfFile: path, encoding: .utf8)
    #expect(try text == (file == "n.ipynb" ? notebook.ipynb() : notebook.percentText()))
    try Data(("\n " + notebook.ipynb()).utf8).write(to: URL(fileURLWithPath: folder + "/other"))
    #expect(try Notebook(reading: folder + "/other") == notebook)
  }

  @Test("keep a link a link, and who may read them")
  func kept() throws {
    let (path, link) = (folder + "/n.ipynb", folder + "/link.ipynb")
    let notebook = Notebook(cells: [.code(id: "b", "show t")])
    try notebook.write(to: path)
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
    try Notebook(cells: [.code(id: "c", "tables")]).write(to: link)
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == path)
    #expect(try Notebook(reading: path).cells.map(\.id) == ["c"])
    let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    #expect(mode == 0o600)
  }

  @Test("keep numbers that no computer's number holds")
  func numbers() throws {
    let text = """
      {
       "cells": [],
       "metadata": {
        "big": 9223372036854775808,
        "more": [
         NaN,
         -Infinity,
         1e400
        ]
       },
       "nbformat": 4,
       "nbformat_minor": 5
      }

      """
    #expect(try Notebook(ipynb: text.utf8, name: "n").ipynb() == text)
  }

  @Test("are not written in a form that nobody knows", arguments: ["n.docx", "n.markdown"])
  func unknown(file: String) {
    #expect(throws: NotebookError.unknownForm(path: folder + "/" + file)) {
      try Notebook().write(to: folder + "/" + file)
    }
  }

  @Test("of lines that end with carriage returns are read", arguments: ["n.gsw", "n.md", "n.py"])
  func carriageReturns(file: String) throws {
    let notebook = Notebook(cells: [.code(id: "cell-1", "SELECT 1;\nSELECT 2;"), .code(id: "cell-2", "tables")])
    let path = folder + "/" + file
    try notebook.write(to: path)
    let text = try String(contentsOfFile: path, encoding: .utf8)
    try Data(text.replacing("\n", with: "\r").utf8).write(to: URL(fileURLWithPath: path))
    #expect(try Notebook(reading: path).cells.map(\.source) == notebook.cells.map(\.source))
  }

  @Test("that cannot be read or written are named with the reason")
  func faults() throws {
    #expect(throws: NotebookError.unreadable(path: folder + "/none", reason: "no such file or folder")) {
      try Notebook(reading: folder + "/none")
    }
    #expect(throws: NotebookError.unwritable(path: folder + "/x/n.gsw", reason: "no such file or folder")) {
      try Notebook().write(to: folder + "/x/n.gsw")
    }
    #expect(throws: NotebookError.unreadable(path: folder, reason: "it is a folder, or the disk reported a fault")) {
      try Notebook(reading: folder)
    }
    try Data([0xFF, 0xFE, 0x41]).write(to: URL(fileURLWithPath: folder + "/utf16.gsw"))
    #expect(throws: NotebookError.utf16(name: folder + "/utf16.gsw")) {
      try Notebook(reading: folder + "/utf16.gsw")
    }
  }
}
