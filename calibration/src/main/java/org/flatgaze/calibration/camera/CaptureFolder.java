package org.flatgaze.calibration.camera;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.flatgaze.accel.array.Npy;
import org.flatgaze.accel.array.NpyArray;
import org.flatgaze.flatcam.Packing;
import org.flatgaze.flatcam.SensorFormat;
import org.flatgaze.flatcam.opencv.OpenCvImages;
import org.flatgaze.flatcam.opencv.Picture;

/**
 * Captures in a folder, named after their patterns: {@code 0003-left-001-neg.png}, or {@code ...-f00.png}, {@code -f01.png}
 * for several frames of a shot, or {@code 0003-left-001-neg.npy} with uint16 [rows, cols] or [frames, rows, cols]. Grey,
 * raw samples, low-aligned unless the sensor format says otherwise.
 */
public final class CaptureFolder implements CaptureSource {

    private static final int NAMED = 6;

    private final Path folder;
    private final SensorFormat sensor;
    private final int frames;
    private final boolean stacks;
    private int heldPosition = -1;
    private short[] held;

    private CaptureFolder(Path folder, SensorFormat sensor, int frames, boolean stacks) {
        this.folder = folder;
        this.sensor = sensor;
        this.frames = frames;
        this.stacks = stacks;
    }

    /**
     * Opens a folder and checks that every capture of the plan is there.
     *
     * @throws CalibrationRefusedException naming the captures that are missing
     * @throws IOException if the folder cannot be read
     */
    public static CaptureFolder open(Path folder, PatternPlan plan, SensorFormat sensor) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new IOException(folder + ": no such folder of captures");
        }
        List<String> names;
        try (Stream<Path> files = Files.list(folder)) {
            names = files.map(f -> f.getFileName().toString()).sorted().toList();
        }
        String first = plan.shots().get(0).name(0);
        boolean stacks = names.contains(first + ".npy");
        int frames = stacks
                ? stackFrames(folder.resolve(first + ".npy"))
                : Math.max(1, (int)
                        names.stream().filter(n -> n.startsWith(first + "-f")).count());
        CaptureFolder source = new CaptureFolder(folder, sensor, frames, stacks);
        List<String> missing = new ArrayList<>();
        Set<String> there = new HashSet<>(names);
        for (int position = 0; position < plan.shots().size(); position++) {
            for (int frame = 0; frame < (stacks ? 1 : frames); frame++) {
                String name = source.fileName(plan.shots().get(position), position, frame);
                if (!there.contains(name)) {
                    missing.add(name);
                }
            }
        }
        if (!missing.isEmpty()) {
            int expected = plan.shots().size() * (stacks ? 1 : frames);
            throw new CalibrationRefusedException(String.format(
                    Locale.ROOT,
                    "%s: %d of %d captures are missing: %s%s; take them (what is there is kept) and run the same command",
                    folder,
                    missing.size(),
                    expected,
                    String.join(", ", missing.subList(0, Math.min(NAMED, missing.size()))),
                    missing.size() > NAMED ? ", ..." : ""));
        }
        return source;
    }

    private static int stackFrames(Path file) throws IOException {
        int[] shape = Npy.readHeader(file).shape();
        return shape.length == 3 ? shape[0] : 1;
    }

    @Override
    public SensorFormat sensor() {
        return sensor;
    }

    @Override
    public int frames() {
        return frames;
    }

    @Override
    public void read(Shot shot, int position, int frame, short[] counts) throws IOException {
        if (stacks) {
            readStack(shot, position);
            System.arraycopy(held, frame * sensor.samples(), counts, 0, sensor.samples());
        } else {
            readPicture(folder.resolve(fileName(shot, position, frame)), counts);
        }
    }

    private void readStack(Shot shot, int position) throws IOException {
        if (position == heldPosition) {
            return;
        }
        Path file = folder.resolve(fileName(shot, position, 0));
        NpyArray array = Npy.read(file);
        if (array.size() != frames * sensor.samples()) {
            throw new IOException(file + ": " + array + ", expected " + frames + " frames of " + sensor.height() + " x "
                    + sensor.width());
        }
        float[] values = array.floats();
        held = new short[values.length];
        for (int i = 0; i < values.length; i++) {
            held[i] = checked(values[i], file);
        }
        heldPosition = position;
    }

    private short checked(float value, Path file) throws IOException {
        if (!(value >= 0 && value <= sensor.maxValue())) {
            throw new IOException(file + ": sample " + value + ", expected 0.." + sensor.maxValue() + " of a "
                    + sensor.bitDepth() + "-bit sensor; take this capture again");
        }
        return (short) value;
    }

    private void readPicture(Path file, short[] counts) throws IOException {
        Picture picture = OpenCvImages.read(file);
        if (picture.channels() != 1) {
            throw new IOException(file + ": colour picture; save raw samples, before demosaicing");
        }
        if (picture.width() != sensor.width() || picture.height() != sensor.height()) {
            throw new IOException(file + ": " + picture.height() + " x " + picture.width() + ", expected "
                    + sensor.height() + " x " + sensor.width() + " like the others");
        }
        if (picture.bitDepth() < sensor.bitDepth()) {
            throw new IOException(file + ": 8-bit picture of a " + sensor.bitDepth()
                    + "-bit sensor; save raw captures as 16-bit PNG");
        }
        int shift = sensor.packing() == Packing.U16_HIGH ? 16 - sensor.bitDepth() : 0;
        for (int i = 0; i < counts.length; i++) {
            counts[i] = checked((picture.samples()[i] & 0xffff) >>> shift, file);
        }
    }

    private String fileName(Shot shot, int position, int frame) {
        String name = shot.name(position);
        if (stacks) {
            return name + ".npy";
        }
        return frames == 1 ? name + ".png" : String.format(Locale.ROOT, "%s-f%02d.png", name, frame);
    }

    @Override
    public CaptureFolder newInstance() {
        return new CaptureFolder(folder, sensor, frames, stacks);
    }
}
