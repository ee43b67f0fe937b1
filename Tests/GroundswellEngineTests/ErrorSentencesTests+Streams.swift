import Columnar
import EventFiles
import HTTPClient
import NotebookFormat
import Testing

@testable import GroundswellEngine
@testable import StreamProcessing

/// Errors of queries, definitions, notebooks and servers.
extension ErrorSentencesTests {
  @Test("of queries and their checkpoints", arguments: queriesRows)
  func queries(error: any Explained, sentences: String) { check(error, sentences) }

  private static let queriesRows: [(any Explained, String)] = [
    (
      CheckpointError.inUse(path: "c/t/a", holder: "groundswell (process 4711)"),
      "groundswell (process 4711) is writing with the checkpoint c/t/a\nstop that query, or write to another table: --to NAME"
    ),
    (
      CheckpointError.damaged(path: "c/t/a/offsets/1"),
      "the checkpoint's file c/t/a/offsets/1 is damaged\nrestore it from a copy, or compute again: --restart"
    ),
    (
      CheckpointError.missing(path: "c/t/a/offsets/1"),
      "the checkpoint's file c/t/a/offsets/1 is missing\nrestore it from a copy, or compute again: --restart"
    ),
    (
      CheckpointError.link(path: "c/t/a"),
      "the checkpoint's c/t/a is a link, which may lead anywhere\nremove the link, or put the file in its place"
    ),
    (
      CheckpointError.otherPlan(path: "c/t/a", saved: ["by window", "window 1h"], wanted: ["by window", "window 1d"]),
      "the checkpoint c/t/a belongs to another definition: window 1h → window 1d\nwrite to another table (--to NAME), or replace what this one holds (--restart)"
    ),
    (
      CheckpointError.offsetGone(path: "c/t/a", partition: 0, wanted: 1, held: 3..<5),
      "the checkpoint c/t/a resumes at offset 1 of partition 0; the hub holds 3 to 5\nskip the lost events (--on-gap earliest), or compute again from what the hub has (--restart)"
    ),
    (
      CheckpointError.offsetAhead(path: "c/t/a", partition: 0, wanted: 9, held: 3..<5),
      "the checkpoint c/t/a resumes at offset 9 of partition 0; the hub holds 3 to 5\ncompute again from what the hub has: --restart"
    ),
    (
      CheckpointError.otherEvents(path: "c/t/a", source: "h", partition: 0, before: 3),
      "the hub h holds other events before offset 3 of partition 0 than the checkpoint c/t/a has read\ncompute again from what the hub has: --restart"
    ),
    (
      CheckpointError.sinkForgot(path: "c/t/a", sink: "the table t"),
      "the table t no longer holds what the query of the checkpoint c/t/a wrote: it was removed or replaced\ncompute again and write everything: --restart"
    ),
    (
      CheckpointError.sinkAhead(path: "c/t/a", sink: "the table t", batch: 4, newest: 2),
      "the table t has batch 4 of this query; the checkpoint c/t/a knows batches up to 2: it is an older copy, or another query writes with one\nrestore the newest copy of the checkpoint, or replace what the table holds: --restart"
    ),
    (
      CheckpointError.sinkAhead(path: "c/t/a", sink: "the table t", batch: 4, newest: nil),
      "the table t has batch 4 of this query; the checkpoint c/t/a knows no batch: it is an older copy, or another query writes with one\nrestore the newest copy of the checkpoint, or replace what the table holds: --restart"
    ),
    (
      CheckpointError.sinkTaken(path: "c/t/a", sink: "the table t", by: .noQuery),
      "the table t holds rows that no query wrote\nwrite to another table (--to NAME), or replace what this one holds (--restart)"
    ),
    (
      CheckpointError.sinkTaken(
        path: "c/t/a", sink: "the table t", by: .otherQuery(checkpoint: "b", difference: "window 1h → window 1d")),
      "the table t holds what another query wrote (checkpoint b): window 1h → window 1d\nwrite to another table (--to NAME), or replace what this one holds (--restart)"
    ),
    (
      CheckpointError.sinkTaken(
        path: "c/t/a", sink: "the table t", by: .otherQuery(checkpoint: nil, difference: nil)),
      "the table t holds what another query wrote\nwrite to another table (--to NAME), or replace what this one holds (--restart)"
    ),
    (
      CheckpointError.sinkTaken(path: "c/t/a", sink: "the table t", by: .lostCheckpoint),
      "the table t holds this query's result, but its checkpoint c/t/a was lost: each window would be written again\nrestore the checkpoint from a copy, or replace what the table holds: --restart"
    ),
    (
      CheckpointError.sinkTaken(path: "c/t/a", sink: "the table t", by: .otherCheckpoint("b")),
      "the table t holds this query's result, written with the checkpoint b: each window would be written again\nresume that one (--checkpoint b), or replace what the table holds (--restart)"
    ),
    (StreamingQuery.Stopped(name: "q", unread: 3), "q stopped with 3 events unread\nstart it again: write …"),
    (StreamingQuery.Stopped(name: "q", unread: 1), "q stopped with 1 event unread\nstart it again: write …"),
    (
      MissingEvents(source: "h", partition: 1, offset: 7),
      "the hub h returns no event at offset 7 of partition 1, which it says it holds\nrestore the hub's files from a copy"
    ),
    (
      AggregationOverflow(),
      "a window's sum exceeds BIGINT\ndeclare the field as DOUBLE in the stream's schema"
    ),
  ]

  @Test("of streams and aggregates", arguments: definitionsRows)
  func definitions(error: any Explained, sentences: String) { check(error, sentences) }

  private static let definitionsRows: [(any Explained, String)] = [
    (
      SchemaSyntaxError(fault: .empty, field: ""),
      "the schema names no fields\nwrite \"timestamp TIMESTAMP, favorite INT\""
    ),
    (
      SchemaSyntaxError(fault: .unreadableField, field: "favorite"),
      "schema: invalid field 'favorite'\nwrite a name and a type: favorite INT"
    ),
    (
      SchemaSyntaxError(fault: .unknownType("NUMBER"), field: "n NUMBER"),
      "schema: unknown type 'NUMBER' of the field 'n NUMBER'\nthere are BIGINT, BOOLEAN, DOUBLE, INT, STRING, TIMESTAMP"
    ),
    (
      SchemaSyntaxError(fault: .duplicateField, field: "n"),
      "schema: there is a second field 'n'\ngive fields names that differ by more than case"
    ),
    (
      PlanError(fault: .noSuchField("favrite", fields: ["favorite", "t"])),
      "there is no field 'favrite'\ndid you mean 'favorite'?"
    ),
    (
      PlanError(fault: .noSuchField("x", fields: ["favorite", "time"])),
      "there is no field 'x'\nthere are favorite, time; or: name it in the stream's schema"
    ),
    (
      PlanError(fault: .notATime("n", .integer)),
      "windows need a TIMESTAMP: 'n' is INT\nname the field with the time: --time FIELD"
    ),
    (
      PlanError(fault: .noTimeField),
      "windows need a TIMESTAMP: the stream has no such field\nname it in the stream's schema"
    ),
    (
      PlanError(fault: .notNumeric(.avg, field: "lang", .string)),
      "avg needs numbers: 'lang' is STRING\ncount takes any field"
    ),
    (
      PlanError(fault: .noAggregates),
      "an aggregation needs an aggregate\nadd one of --avg, --sum, --count, --min, --max, --median FIELD"
    ),
    (
      PlanError(fault: .appendWithoutWatermark),
      "mode append writes each window once, when it is over, and without a watermark no window ever is\nsay how late events may come (aggregate … --watermark 1h), or use --mode complete or update"
    ),
    (
      PlanError(fault: .noKey("t", .timestamp)),
      "'t' is the windows' TIMESTAMP, which cannot group rows\nleave it out: --time t makes its windows"
    ),
    (PlanError(fault: .nameTwice("n")), "two columns would be called 'n'\nname one of them with --as NAME"),
    (
      PredicateSyntaxError(text: "n >", fault: .unexpected(wanted: "a value", found: nil)),
      "condition 'n >': expected a value, found the end\nwrite favorite > 10 AND lang = 'en'"
    ),
    (
      PredicateSyntaxError(text: "m > 1", fault: .unknownField("m", fields: ["n"])),
      "condition 'm > 1': there is no field 'm'\ndid you mean 'n'?"
    ),
    (
      PredicateSyntaxError(text: "n > 'a'", fault: .wrongLiteral(field: "n", .integer, found: "'a'")),
      "condition 'n > 'a'': n is INT, found 'a'\nwrite numbers as they are, text and times in '…'"
    ),
    (
      PredicateSyntaxError(text: "n = 'a", fault: .openQuote),
      "condition 'n = 'a': the text in quotes does not end\nadd ' where it should end"
    ),
    (
      window(.gaps),
      "windows of 1h every 2h: events between two windows would be in none\nchoose a slide from 1us to 1h, the window's length"
    ),
    (
      window(.tooMany),
      "windows of 1h every 2h: an event would be in more than 10,000 of them\nchoose a longer slide, or a shorter window"
    ),
    (
      window(.slidesInZone),
      "windows of 1h every 2h: windows in a time zone do not slide, since its days differ in length\nleave --slide out, or leave --time-zone out"
    ),
    (
      window(.partsOfDay),
      "windows of 1h do not divide a day of a time zone into equal parts\nchoose whole days or weeks, or a part of a day like 1h, 6h, 12h; or leave --time-zone out"
    ),
    (
      window(.tooLong),
      "windows of 1h are too long for a time zone\nchoose shorter windows, or leave --time-zone out"
    ),
    (
      duration(.unreadable),
      "invalid duration 'x'\nwrite a whole number and a unit: 500ms, 90s, 30 minutes, 1h, 1 day, 2 weeks"
    ),
    (
      duration(.calendarUnit),
      "invalid duration 'x': months and years differ in length\nwrite a whole number and a unit: 500ms, 90s, 30 minutes, 1h, 1 day, 2 weeks"
    ),
    (
      duration(.notPositive),
      "invalid duration 'x': it must be positive\nwrite a whole number and a unit: 500ms, 90s, 30 minutes, 1h, 1 day, 2 weeks"
    ),
    (
      duration(.tooLong),
      "invalid duration 'x': it may be at most 292,000 years\nwrite a whole number and a unit: 500ms, 90s, 30 minutes, 1h, 1 day, 2 weeks"
    ),
  ]

  private static func window(_ fault: WindowSpecificationError.Fault) -> WindowSpecificationError {
    WindowSpecificationError(
      length: EventTimeInterval(microseconds: 3_600_000_000), slide: EventTimeInterval(microseconds: 7_200_000_000),
      fault: fault)
  }

  private static func duration(_ fault: EventTimeIntervalError.Fault) -> EventTimeIntervalError {
    EventTimeIntervalError(text: "x", fault: fault)
  }

  @Test("of notebooks and servers", arguments: documentsRows)
  func documents(error: any Explained, sentences: String) { check(error, sentences) }

  private static let documentsRows: [(any Explained, String)] = [
    (
      NotebookError.unreadable(path: "n.gsw", reason: "no such file"),
      "cannot read the notebook n.gsw: no such file\ncheck the path; a relative one begins at the folder where the program was started"
    ),
    (
      NotebookError.unwritable(path: "n.gsw", reason: "read-only"),
      "cannot write the notebook n.gsw: read-only\nchoose another file, or make this one writable: nothing was changed"
    ),
    (
      NotebookError.reportOnly(path: "n.html"),
      "n.html is a report, which cannot be read as a notebook\nname the notebook that it was made from: .ipynb, .gsw, .py or .md"
    ),
    (
      NotebookError.notText(name: "n.gsw"),
      "n.gsw is not a notebook in text form: it is not UTF-8\nconvert it to UTF-8, or name a file that ends in .ipynb"
    ),
    (
      NotebookError.utf16(name: "n.ipynb"),
      "n.ipynb is UTF-16, and notebooks are UTF-8\nconvert it: iconv -f UTF-16 -t UTF-8 'n.ipynb' > converted.ipynb"
    ),
    (
      NotebookError.notJSON(name: "n.ipynb", line: 1, column: 2, reason: "the text ended"),
      "n.ipynb is not JSON: line 1, column 2: the text ended\nmend it there, or take an earlier copy: Jupyter keeps one in the folder .ipynb_checkpoints"
    ),
    (
      NotebookError.notANotebook(name: "n.ipynb", member: "cells", expected: "a list"),
      "n.ipynb is JSON but not a notebook: cells should be a list\nwrite \"nbformat\": 4 and \"cells\", each with \"cell_type\" and \"source\""
    ),
    (
      NotebookError.unsupportedVersion(name: "n.ipynb", major: 3),
      "n.ipynb is in notebook format 3; only format 4 can be read\nconvert it: jupyter nbconvert --to notebook --output converted.ipynb 'n.ipynb'"
    ),
    (
      NotebookError.unsupportedVersion(name: "n.ipynb", major: 5),
      "n.ipynb is in notebook format 5; only format 4 can be read\nsave it in format 4, or look for a newer groundswell"
    ),
    (
      NotebookError.badMetadata(name: "n.gsw", line: 3, text: "# x"),
      "n.gsw, line 3: invalid metadata: # x\nwrite a marker as '# %% Title [markdown] key=JSON', a header's line as '# key: JSON'"
    ),
    (
      NotebookError.markerInCell(id: "c", line: 2, text: "# %%"),
      "cell c cannot be kept in text form: its line 2 would begin a new cell: # %%\nchange the line, or save the notebook as .ipynb"
    ),
    (
      NotebookError.notItself(id: "c", form: "Markdown"),
      "cell c cannot be kept as Markdown: it would read back differently\nclose its fences and comments, delete it if it is empty, or save the notebook as .ipynb"
    ),
    (
      NotebookError.unknownForm(path: "n.txt"),
      "n.txt cannot be written: its name does not end in a notebook's form\nname it .ipynb, .gsw (percent text), .py (Databricks source), .md or .html"
    ),
    (
      NotebookError.kindWithoutTextForm(id: "c", type: "raw2"),
      "cell c cannot be kept in text form: it has the type 'raw2'\nsave the notebook as .ipynb"
    ),
    (
      SearchCursor.Busy(holder: "groundswell (process 4711)"),
      "groundswell (process 4711) is sending what this search finds\nend it or wait for it; or send something else"
    ),
    (HTTPError(.badAddress, server: "h"), "invalid server address 'h'\nwrite https://HOST"),
    (HTTPError(.unknownHost, server: "h"), "unknown host 'h'\ncheck the name, and that this machine is online"),
    (
      HTTPError(.refused, server: "h:1"),
      "connection refused by h:1\ncheck host and port, and that this machine is online"
    ),
    (HTTPError(.timedOut, server: "h:1"), "h:1 does not answer\ncheck host and port, and that this machine is online"),
    (
      HTTPError(.noTLS, server: "h:1", reason: "no match"),
      "TLS with h:1 failed: no match\ncheck the address, and this machine's certificates"
    ),
    (HTTPError(.cutOff, server: "h:1"), "h:1 closed the connection in the middle of its answer\ntry again"),
    (HTTPError(.tooLarge, server: "h:1"), "h:1 answered with more than 16 MB\ncheck the address"),
    (HTTPError(.other, server: "h:1", reason: "odd"), "the request to h:1 failed: odd\ntry again"),
  ]
}
