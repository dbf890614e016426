package org.flatgaze.calibration.gaze;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A session kept as text: a line {@code target_yaw_deg,target_pitch_deg,on_ns,off_ns,capture_ns,yaw_deg,pitch_deg}, then one
 * such row a frame. Times are of one clock; yaw and pitch are empty or NaN where the tracker had no answer.
 */
public final class SampleFile {

    /** The first line. */
    public static final String HEADER = "target_yaw_deg,target_pitch_deg,on_ns,off_ns,capture_ns,yaw_deg,pitch_deg";

    private static final int COLUMNS = 7;

    private SampleFile() {}

    /**
     * Reads a session.
     *
     * @return one entry a target, in the order of the file
     * @throws IOException if the file is missing or a row cannot be read: one line with the row's number
     */
    public static List<TargetSamples> read(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException(file + ": no such file of samples");
        }
        List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
        if (lines.isEmpty() || !lines.get(0).strip().equals(HEADER)) {
            throw new IOException(file + ": first line is not " + HEADER);
        }
        Map<List<Double>, List<TargetSamples.Estimate>> shows = new LinkedHashMap<>();
        for (int i = 1; i < lines.size(); i++) {
            if (!lines.get(i).isBlank()) {
                add(file, i + 1, lines.get(i).split(",", -1), shows);
            }
        }
        if (shows.isEmpty()) {
            throw new IOException(file + ": no samples");
        }
        List<TargetSamples> out = new ArrayList<>();
        try {
            shows.forEach((show, estimates) -> out.add(TargetSamples.of(
                    new Direction(show.get(0), show.get(1)),
                    show.get(2).longValue(),
                    show.get(3).longValue(),
                    estimates)));
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
        return out;
    }

    private static void add(Path file, int line, String[] cells, Map<List<Double>, List<TargetSamples.Estimate>> shows)
            throws IOException {
        if (cells.length != COLUMNS) {
            throw new IOException(file + ": line " + line + " has " + cells.length + " columns, expected " + COLUMNS);
        }
        double[] v = new double[COLUMNS];
        try {
            for (int c = 0; c < COLUMNS; c++) {
                String cell = cells[c].strip();
                v[c] = c >= 5 && cell.isEmpty() ? Double.NaN : Double.parseDouble(cell);
            }
            for (int c = 0; c < 5; c++) {
                if (!Double.isFinite(v[c])) {
                    throw new NumberFormatException(cells[c]);
                }
            }
            Direction seen = Double.isNaN(v[5]) || Double.isNaN(v[6]) ? null : new Direction(v[5], v[6]);
            long capture = (long) v[4];
            shows.computeIfAbsent(List.of(v[0], v[1], v[2], v[3]), key -> new ArrayList<>())
                    .add(new TargetSamples.Estimate(capture, seen));
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ": line " + line + ": " + e.getMessage(), e);
        }
    }
}
