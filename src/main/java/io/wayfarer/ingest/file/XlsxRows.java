package io.wayfarer.ingest.file;

import io.wayfarer.ingest.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.dhatim.fastexcel.reader.Cell;
import org.dhatim.fastexcel.reader.CellType;
import org.dhatim.fastexcel.reader.ExcelReaderException;
import org.dhatim.fastexcel.reader.ReadableWorkbook;
import org.dhatim.fastexcel.reader.ReadingOptions;

/** The first sheet of a workbook. Formulas count by the value that was saved with them. */
final class XlsxRows implements Rows {

    private final Path temporary;
    private final ReadableWorkbook workbook;
    private final Stream<org.dhatim.fastexcel.reader.Row> stream;
    private final Iterator<org.dhatim.fastexcel.reader.Row> rows;
    private final List<String> header;

    /**
     * @param isTemporary it is deleted when it is closed
     * @param columns the names of the columns when the sheet does not begin with them; null when it does
     * @throws Refusal when the workbook or its header cannot be used
     */
    XlsxRows(Path file, boolean isTemporary, List<String> columns) throws IOException {
        this.temporary = isTemporary ? file : null;
        XlsxGuard.check(file);
        try {
            workbook = new ReadableWorkbook(file.toFile(), new ReadingOptions(false, true));
            stream = workbook.getFirstSheet().openStream();
            rows = stream.iterator();
        } catch (ExcelReaderException | IOException | IndexOutOfBoundsException e) {
            throw Refusal.bad(null, "the workbook is damaged: " + e.getMessage());
        }
        header = columns != null ? columns : readHeader();
    }

    private List<String> readHeader() throws IOException {
        for (var row = raw(); row != null; row = raw()) {
            var cells = new ArrayList<String>();
            for (int i = 0; i < row.getCellCount(); i++) {
                var value = value(row, i);
                cells.add(value == null ? "" : Row.text(value));
            }
            while (!cells.isEmpty()
                    && (cells.get(cells.size() - 1) == null
                            || cells.get(cells.size() - 1).isEmpty())) {
                cells.remove(cells.size() - 1);
            }
            if (cells.size() > MAX_COLUMNS) {
                throw Refusal.tooLarge("row " + row.getRowNum() + ": it has more than " + MAX_COLUMNS + " columns");
            }
            if (!cells.isEmpty()) {
                return Headers.named(cells);
            }
        }
        throw Refusal.bad(null, "the sheet is empty");
    }

    @Override
    public List<String> header() {
        return header;
    }

    @Override
    public Row next() throws IOException {
        for (var row = raw(); row != null; row = raw()) {
            var cells = new HashMap<String, Object>();
            var text = new ArrayList<String>(header.size());
            Refusal refusal = null;
            for (int i = 0; i < Math.max(header.size(), row.getCellCount()); i++) {
                var cell = i < row.getCellCount() ? row.getCell(i) : null;
                var value = i < row.getCellCount() ? value(row, i) : null;
                var shown = Row.text(value);
                if (i < header.size()) {
                    text.add(shown == null ? "" : shown);
                }
                if (i >= header.size() && shown != null) {
                    refusal = Refusal.bad(null, "it has more columns than the header, which has " + header.size());
                } else if (cell != null && cell.getType() == CellType.ERROR) {
                    refusal = Refusal.bad(header.get(i), header.get(i) + " holds an error: " + cell.getRawValue());
                } else if (shown != null) {
                    if (shown.indexOf('\0') >= 0) {
                        refusal = Refusal.bad(header.get(i), header.get(i) + " holds the NUL character");
                    }
                    cells.put(header.get(i), value);
                }
            }
            if (!cells.isEmpty() || refusal != null) {
                return new Row(row.getRowNum(), cells, text, refusal);
            }
        }
        return null;
    }

    private org.dhatim.fastexcel.reader.Row raw() throws IOException {
        try {
            return rows.hasNext() ? rows.next() : null;
        } catch (ExcelReaderException e) {
            throw new IOException("the sheet is damaged: " + e.getMessage(), e);
        }
    }

    private static Object value(org.dhatim.fastexcel.reader.Row row, int column) {
        Cell cell = row.getCell(column);
        return cell == null || cell.getType() == CellType.ERROR ? null : cell.getValue();
    }

    @Override
    public void close() throws IOException {
        stream.close();
        workbook.close();
        if (temporary != null) {
            Files.deleteIfExists(temporary);
        }
    }
}
