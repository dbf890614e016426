package org.flatgaze.runtime.dataset;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The pictures of OpenEDS 2020, gaze prediction: {@code labels/ID.txt} has a line {@code frame, x, y, z} for each picture
 * {@code sequences/ID/FRAME.png}, by number. Lines of frames that are not there (the future ones of the test split) and frames
 * without a direction are left out. Nobody knows who wore the device: every sequence counts as a person of its own.
 */
final class OpenEdsSequences {

    /** How far the length of a direction may be from 1: what rounding to two digits does, and more. */
    private static final double LENGTH_TOLERANCE = 0.05;

    private final GazeAxes axes;
    private final List<OpenEdsPicture> pictures = new ArrayList<>();

    private OpenEdsSequences(GazeAxes axes) {
        this.axes = axes;
    }

    /**
     * Lists the pictures by sequence and number.
     *
     * @param axes how its directions become ours
     * @throws IOException if there are none, a sequence has no labels, a line is no direction, or most look backwards; one line
     */
    static List<OpenEdsPicture> list(OpenEdsFolder source, GazeAxes axes) throws IOException {
        Path labels = source.labels();
        Path folder = source.folder().resolve(source.layout().pictures());
        OpenEdsSequences result = new OpenEdsSequences(axes);
        try (Stream<Path> entries = Files.list(folder)) {
            int person = source.split().firstPerson();
            for (Path sequence : entries.filter(Files::isDirectory).sorted().toList()) {
                result.add(sequence, labels.resolve(sequence.getFileName() + ".txt"), person++);
            }
        }
        if (result.pictures.isEmpty()) {
            throw new IOException(
                    folder + " holds no picture with a direction; expected NNNN/FRAME.png and its line in "
                            + labels.resolve("NNNN.txt"));
        }
        result.requireAhead(source.folder());
        return result.pictures;
    }

    private void add(Path sequence, Path labels, int person) throws IOException {
        Map<Integer, float[]> directions = directions(labels);
        for (Path file : OpenEdsMasks.pictures(sequence)) {
            String name = file.getFileName().toString();
            float[] gaze = directions.get(number(name.substring(0, name.length() - ".png".length())));
            if (gaze != null) {
                pictures.add(new OpenEdsPicture(file, person, null, gaze));
            }
        }
    }

    private Map<Integer, float[]> directions(Path labels) throws IOException {
        List<String> lines;
        try {
            lines = Files.readAllLines(labels, StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            throw new IOException(labels + " is missing; put it there, or take its sequence away", e);
        }
        Map<Integer, float[]> directions = new HashMap<>();
        for (int i = 0; i < lines.size(); i++) {
            String[] parts = lines.get(i).strip().split("\\s*[,;]\\s*|\\s+");
            boolean isHeader = i == 0 && number(parts[0]) < 0;
            if (isHeader || lines.get(i).isBlank()) {
                continue;
            }
            float[] direction = parts.length == 4 ? direction(parts) : null;
            if (number(parts[0]) < 0 || direction == null) {
                throw new IOException(labels + " line " + (i + 1) + " is \""
                        + lines.get(i).strip() + "\", expected frame, x, y, z with a direction of length 1");
            }
            if (direction.length == 3) {
                directions.put(number(parts[0]), direction);
            }
        }
        return directions;
    }

    /** In our axes; empty where the line says that nothing is known (zeros, or no numbers), null where it is wrong. */
    private float[] direction(String[] parts) {
        double[] theirs = new double[3];
        try {
            for (int i = 0; i < 3; i++) {
                theirs[i] = Double.parseDouble(parts[i + 1]);
            }
        } catch (NumberFormatException e) {
            boolean isUnknown = parts[1].equalsIgnoreCase("nan");
            return isUnknown ? new float[0] : null;
        }
        double length = Math.hypot(Math.hypot(theirs[0], theirs[1]), theirs[2]);
        if (length == 0 || Double.isNaN(length)) {
            return new float[0];
        }
        if (!(Math.abs(length - 1) <= LENGTH_TOLERANCE)) {
            return null;
        }
        for (int i = 0; i < 3; i++) {
            theirs[i] /= length;
        }
        return axes.ours(theirs);
    }

    /** The number a frame goes by, also when it is written as a file name; -1 if it is none. */
    private static int number(String text) {
        String digits = text.endsWith(".png") ? text.substring(0, text.length() - ".png".length()) : text;
        return digits.matches("\\d{1,9}") ? Integer.parseInt(digits) : -1;
    }

    private void requireAhead(Path folder) throws IOException {
        double backwards =
                pictures.stream().mapToDouble(p -> p.gaze()[2]).average().orElse(0);
        if (backwards > 0) {
            throw new IOException(
                    folder + ": with the axes " + axes
                            + " the eyes look backwards on average; say how the data's axes lie with --axes, such as --axes=x,y,z");
        }
    }
}
