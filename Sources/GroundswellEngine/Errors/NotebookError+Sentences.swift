package import NotebookFormat

extension NotebookError: Explained {
  package var remedy: String? {
    switch self {
    case .unreadable: "check the path; a relative one begins at the folder where the program was started"
    case .unwritable: "choose another file, or make this one writable: nothing was changed"
    case .reportOnly: "name the notebook that it was made from: .ipynb, .gsw, .py or .md"
    case .notText: "convert it to UTF-8, or name a file that ends in .ipynb"
    case .utf16(let name): "convert it: iconv -f UTF-16 -t UTF-8 '\(name)' > converted.ipynb"
    case .notJSON: "mend it there, or take an earlier copy: Jupyter keeps one in the folder .ipynb_checkpoints"
    case .notANotebook: "write \"nbformat\": 4 and \"cells\", each with \"cell_type\" and \"source\""
    case .unsupportedVersion(let name, let major):
      major < 4
        ? "convert it: jupyter nbconvert --to notebook --output converted.ipynb '\(name)'"
        : "save it in format 4, or look for a newer groundswell"
    case .badMetadata: "write a marker as '# %% Title [markdown] key=JSON', a header's line as '# key: JSON'"
    case .markerInCell: "change the line, or save the notebook as .ipynb"
    case .notItself: "close its fences and comments, delete it if it is empty, or save the notebook as .ipynb"
    case .unknownForm: "name it .ipynb, .gsw (percent text), .py (Databricks source), .md or .html"
    case .kindWithoutTextForm: "save the notebook as .ipynb"
    }
  }
}
