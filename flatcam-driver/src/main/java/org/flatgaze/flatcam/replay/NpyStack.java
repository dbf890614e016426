package org.flatgaze.flatcam.replay;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.flatgaze.accel.array.Npy;
import org.flatgaze.accel.array.NpyHeader;
import org.flatgaze.accel.array.NpyType;
import org.flatgaze.flatcam.Packing;
import org.flatgaze.flatcam.RawPacking;
import org.flatgaze.flatcam.SensorFormat;
import org.flatgaze.flatcam.SensorFrame;

/**
 * A {@code .npy} file of unsigned 16-bit (or, for 8-bit formats, 8-bit) samples, frames x rows x columns or one frame of rows x
 * columns. It is mapped, not loaded: a minute of a camera is many gigabytes. One thread.
 */
final class NpyStack implements FrameStore {

    private final Path path;
    private final SensorFormat format;
    private final Arena arena;
    private final MemorySegment bytes;
    private final ValueLayout.OfShort wideSample;
    private final long dataOffset;
    private final boolean wide;
    private final int frameCount;
    private final short[] samples;
    private final int shift;

    private NpyStack(Path path, SensorFormat format, NpyHeader header, Arena arena, MemorySegment bytes)
            throws IOException {
        this.path = path;
        this.format = format;
        this.arena = arena;
        this.bytes = bytes;
        this.wideSample = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(header.order());
        this.dataOffset = header.dataOffset();
        this.wide = header.type() == NpyType.UINT16;
        this.frameCount = header.shape().length == 2 ? 1 : header.shape()[0];
        this.samples = new short[format.samples()];
        load(0);
        this.shift = SampleAlignment.shift(path.toString(), SampleAlignment.usedBits(samples), format);
    }

    static NpyStack open(Path path, SensorFormat format) throws IOException {
        NpyHeader header = Npy.readHeader(path);
        check(path, format, header);
        Arena arena = Arena.ofShared();
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            return new NpyStack(
                    path, format, header, arena, channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena));
        } catch (IOException | RuntimeException e) {
            arena.close();
            throw e;
        }
    }

    private static void check(Path path, SensorFormat format, NpyHeader header) throws IOException {
        if (header.type() != NpyType.UINT8 && header.type() != NpyType.UINT16) {
            throw new IOException(path + ": holds " + header.type() + " samples, expected uint16");
        }
        if (header.type() == NpyType.UINT8 && format.packing() != Packing.U8) {
            throw new IOException(path + ": 8-bit samples, but raw " + format.bitDepth() + "-bit samples are needed");
        }
        if (header.fortranOrder()) {
            throw new IOException(path + ": column-major order, expected row-major (numpy.ascontiguousarray)");
        }
        int[] shape = header.shape();
        int last = shape.length - 1;
        if (last < 1
                || last > 2
                || shape[last - 1] != format.height()
                || shape[last] != format.width()
                || shape[0] < 1) {
            throw new IOException(path + ": shape " + Arrays.toString(shape) + ", expected [frames, " + format.height()
                    + ", " + format.width() + "]");
        }
    }

    private void load(int index) {
        long offset = dataOffset + (wide ? 2L : 1L) * samples.length * index;
        if (wide) {
            MemorySegment.copy(bytes, wideSample, offset, samples, 0, samples.length);
        } else {
            for (int i = 0; i < samples.length; i++) {
                samples[i] = (short) (bytes.get(ValueLayout.JAVA_BYTE, offset + i) & 0xff);
            }
        }
    }

    @Override
    public SensorFormat format() {
        return format;
    }

    @Override
    public int frameCount() {
        return frameCount;
    }

    @Override
    public void read(int index, SensorFrame into) throws IOException {
        load(index);
        SampleAlignment.shiftRight(samples, shift);
        if (SampleAlignment.usedBits(samples) > format.maxValue()) {
            throw new IOException(path + ": frame " + index + " holds samples above " + format.maxValue());
        }
        RawPacking.pack(samples, into);
    }

    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
