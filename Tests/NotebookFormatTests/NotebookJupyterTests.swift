import JSONText
import NotebookFormat
import Testing

@Suite("Notebooks in Jupyter's format")
struct NotebookJupyterTests {
  /// As Jupyter saves it, with a member and an output that format 4.5 does not know.
  static let saved = #"""
    {
     "cells": [
      {
       "attachments": {
        "a.png": {
         "image/png": "aGk="
        }
       },
       "cell_type": "markdown",
       "id": "intro",
       "metadata": {
        "collapsed": true
       },
       "source": [
        "# Tweets 🐕\n",
        "\n",
        "last"
       ]
      },
      {
       "cell_type": "code",
       "execution_count": 3,
       "id": "b_2-C",
       "metadata": {
        "tags": [
         "parameters"
        ],
        "vendor": {
         "deep": [
          1,
          2.5,
          null
         ]
        }
       },
       "outputs": [
        {
         "name": "stdout",
         "output_type": "stream",
         "text": [
          "a\r\n",
          "b\r",
          "c\n"
         ]
        },
        {
         "data": {
          "application/json": [
           "kept",
           "as list"
          ],
          "image/png": "aGk=",
          "image/svg+xml": [
           "<svg>\n",
           "</svg>"
          ],
          "text/plain": [
           "x"
          ]
         },
         "metadata": {
          "isolated": true
         },
         "output_type": "display_data"
        },
        {
         "data": {
          "text/plain": []
         },
         "execution_count": null,
         "metadata": {},
         "output_type": "execute_result"
        },
        {
         "ename": "UnknownTable",
         "evalue": "no table t",
         "output_type": "error",
         "traceback": [
          "\u001b[31mno table t\u001b[0m",
          "line 2"
         ]
        },
        {
         "output_type": "hologram",
         "text": "kept"
        }
       ],
       "source": []
      },
      {
       "cell_type": "raw",
       "id": "r",
       "metadata": {},
       "novelty": 1,
       "source": [
        "a\u001e",
        "b\n"
       ]
      },
      {
       "cell_type": "spreadsheet",
       "id": "s",
       "metadata": {},
       "source": []
      }
     ],
     "metadata": {
      "kernelspec": {
       "display_name": "Groundswell",
       "name": "groundswell"
      },
      "papermill": {
       "duration": 1e-05
      }
     },
     "nbformat": 4,
     "nbformat_minor": 6,
     "outline": []
    }

    """#

  @Test("are written as they were read, byte for byte")
  func roundTrip() throws {
    #expect(try Notebook(ipynb: Self.saved.utf8, name: "saved.ipynb").ipynb() == Self.saved)
  }

  @Test("become values: texts in one piece, JSON as it is, unknown outputs kept")
  func values() throws {
    let notebook = try Notebook(ipynb: Self.saved.utf8, name: "saved.ipynb")
    #expect(notebook.cells.map(\.source) == ["# Tweets 🐕\n\nlast", "", "a\u{1E}b\n", ""])
    #expect(
      notebook.cells.map(\.kind) == [
        .markdown,
        .code(
          outputs: [
            .stream(name: "stdout", text: "a\r\nb\rc\n"),
            .display(
              [
                "application/json": ["kept", "as list"], "image/png": "aGk=", "image/svg+xml": "<svg>\n</svg>",
                "text/plain": "x",
              ], metadata: ["isolated": true]),
            .result(["text/plain": ""], metadata: [:], executionCount: nil),
            .error(
              name: "UnknownTable", value: "no table t", traceback: ["\u{1B}[31mno table t\u{1B}[0m", "line 2"]),
            .other(["output_type": "hologram", "text": "kept"]),
          ], executionCount: 3),
        .raw, .other("spreadsheet"),
      ])
    #expect(notebook.cells[1].tags == ["parameters"])
    #expect(notebook.minorVersion == 6)
  }

  @Test("of our own say which language their cells are in")
  func own() {
    #expect(
      Notebook(cells: [.code(id: "show-1", "show tweets\n")]).ipynb() == #"""
        {
         "cells": [
          {
           "cell_type": "code",
           "execution_count": null,
           "id": "show-1",
           "metadata": {},
           "outputs": [],
           "source": [
            "show tweets\n"
           ]
          }
         ],
         "metadata": {
          "kernelspec": {
           "display_name": "Groundswell",
           "language": "groundswell",
           "name": "groundswell"
          },
          "language_info": {
           "codemirror_mode": "shell",
           "file_extension": ".gsw",
           "mimetype": "text/x-groundswell",
           "name": "groundswell",
           "pygments_lexer": "bash"
          }
         },
         "nbformat": 4,
         "nbformat_minor": 5
        }

        """#)
  }

  @Test(
    "read what is missing as empty, and leave out what Jupyter never saves",
    arguments: [
      #"{"nbformat":4,"cells":[]}"#,
      #"{"nbformat":4,"nbformat_minor":2,"metadata":{"orig_nbformat":3,"signature":"x"},"cells":[]}"#,
    ])
  func lenient(text: String) throws {
    #expect(try Notebook(ipynb: text.utf8, name: "n") == Notebook(cells: [], metadata: [:]))
  }

  @Test(
    "are refused when they are none, and the error says what is missing where",
    arguments: [
      (
        "{\n \"cells\": [}",
        NotebookError.notJSON(
          name: "n", line: 2, column: 12, reason: "a value should stand here, found \"}\"")
      ),
      ("", .notJSON(name: "n", line: 1, column: 1, reason: "a value should stand here, the text ended")),
      ("[]", .notANotebook(name: "n", member: "the whole text", expected: "an object")),
      ("{}", .notANotebook(name: "n", member: "the member \"nbformat\"", expected: "4")),
      (#"{"nbformat":4}"#, .notANotebook(name: "n", member: "the member \"cells\"", expected: "a list")),
      (#"{"nbformat":4,"cells":[7]}"#, .notANotebook(name: "n", member: "cell 1", expected: "an object")),
      (
        #"{"nbformat":4,"cells":[{"cell_type":"code"}]}"#,
        .notANotebook(name: "n", member: "\"source\" of cell 1", expected: "a text or a list of lines")
      ),
      (
        #"{"nbformat":4,"cells":[{"cell_type":"raw","source":["a",1]}]}"#,
        .notANotebook(name: "n", member: "\"source\" of cell 1", expected: "a text or a list of lines")
      ),
      (
        #"{"nbformat":4,"cells":[{"cell_type":"raw","source":"","metadata":[]}]}"#,
        .notANotebook(name: "n", member: "\"metadata\" of cell 1", expected: "an object")
      ),
      (
        #"{"nbformat":4,"cells":[{"cell_type":"code","source":"","outputs":{}}]}"#,
        .notANotebook(name: "n", member: "\"outputs\" of cell 1", expected: "a list")
      ),
      (
        #"{"nbformat":4,"cells":[{"cell_type":"code","source":"","execution_count":1.5}]}"#,
        .notANotebook(name: "n", member: "\"execution_count\" of cell 1", expected: "a whole number or null")
      ),
      (
        #"{"nbformat":4,"cells":[{}]}"#, .notANotebook(name: "n", member: "\"cell_type\" of cell 1", expected: "a text")
      ),
      (#"{"nbformat":3,"worksheets":[]}"#, .unsupportedVersion(name: "n", major: 3)),
      (#"{"worksheets":[]}"#, .unsupportedVersion(name: "n", major: 3)),
      (#"{"nbformat":5,"cells":[]}"#, .unsupportedVersion(name: "n", major: 5)),
    ])
  func refuse(text: String, error: NotebookError) {
    #expect(throws: error) { try Notebook(ipynb: text.utf8, name: "n") }
  }
}
