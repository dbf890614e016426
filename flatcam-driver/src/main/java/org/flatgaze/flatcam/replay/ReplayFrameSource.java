package org.flatgaze.flatcam.replay;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.flatgaze.flatcam.FramePacer;
import org.flatgaze.flatcam.FrameSource;
import org.flatgaze.flatcam.SensorFormat;
import org.flatgaze.flatcam.SensorFrame;

/**
 * Plays recorded frames: at a forced rate, like a camera, or as fast as they are asked for; once or in a loop.
 *
 * <p>Sequence numbers go on counting when a loop begins again. The capture time is the time a frame was due, or now where no
 * rate is forced.
 */
public final class ReplayFrameSource implements FrameSource {

    private final String name;
    private final FrameStore frames;
    private final boolean loop;
    private final FramePacer pacer;
    private long sequence;
    private int lastIndex = -1;

    private ReplayFrameSource(String name, FrameStore frames, double framesPerSecond, boolean loop) {
        this.name = name;
        this.frames = frames;
        this.loop = loop;
        this.pacer = new FramePacer(framesPerSecond);
    }

    /**
     * Opens a folder of grey PNG files, a {@code .npy} stack (unsigned, frames x rows x columns), or a packed frame file
     * ({@link FrameCache}).
     *
     * @param format what every frame must be; samples in PNG and {@code .npy} are packed to it, whether they were stored in the
     *     low or the high bits
     * @param framesPerSecond forced rate, or 0 for as fast as asked
     * @param loop whether to begin again after the last frame
     * @throws IOException if there is nothing to play, or a file is damaged or of another format; one line that names it
     */
    public static ReplayFrameSource open(Path path, SensorFormat format, double framesPerSecond, boolean loop)
            throws IOException {
        FrameStore frames = store(path, format);
        try {
            return new ReplayFrameSource(path.toString(), frames, framesPerSecond, loop);
        } catch (IllegalArgumentException e) {
            frames.close();
            throw e;
        }
    }

    /** Plays an open frame file in its own format; closes it at the end. */
    public static ReplayFrameSource of(FrameCache cache, double framesPerSecond, boolean loop) {
        return new ReplayFrameSource(cache.path().toString(), cache, framesPerSecond, loop);
    }

    private static FrameStore store(Path path, SensorFormat format) throws IOException {
        if (Files.isDirectory(path)) {
            return new PngFolder(path, format);
        }
        if (!Files.exists(path)) {
            throw new IOException(path + ": no such file or folder");
        }
        if (path.toString().toLowerCase(Locale.ROOT).endsWith(".npy")) {
            return NpyStack.open(path, format);
        }
        FrameCache cache = FrameCache.open(path);
        if (!cache.format().equals(format)) {
            cache.close();
            throw new IOException(path + ": holds " + cache.format() + ", expected " + format);
        }
        return cache;
    }

    @Override
    public SensorFormat format() {
        return frames.format();
    }

    @Override
    public String description() {
        return "replay " + name + ", " + frames.frameCount() + " frames of " + format().width() + " x "
                + format().height() + (loop ? ", in a loop" : "");
    }

    /** Number of frames of one round. */
    public int frameCount() {
        return frames.frameCount();
    }

    /** Which recorded frame the last {@link #read} delivered, -1 before the first. */
    public int lastIndex() {
        return lastIndex;
    }

    @Override
    public void start() {
        sequence = 0;
        lastIndex = -1;
        pacer.start();
    }

    @Override
    public ReadResult read(SensorFrame into) throws IOException {
        if (!into.format().equals(format())) {
            throw new IllegalArgumentException("into.format=" + into.format() + ": expected " + format());
        }
        if (!loop && sequence >= frames.frameCount()) {
            return ReadResult.END;
        }
        int index = (int) (sequence % frames.frameCount());
        long captureNanos = pacer.awaitNext();
        frames.read(index, into);
        into.stamp(sequence, captureNanos, 0);
        sequence++;
        lastIndex = index;
        return ReadResult.FRAME;
    }

    @Override
    public void close() {
        frames.close();
    }
}
