package org.flatgaze.runtime.dataset;

import java.io.IOException;
import java.util.Map;
import org.flatgaze.runtime.ReferenceDevice;

/** Where the frames of a set come from, shard by shard; {@link DatasetFactory} writes them. */
public interface FrameSupply extends AutoCloseable {

    /**
     * Gets ready; called once, before anything else is asked for.
     *
     * @param device that exposes and reconstructs
     * @throws IOException if the source cannot be used; one line
     */
    void open(ReferenceDevice device) throws IOException;

    /** What tells this set from every other, as entries of its manifest. */
    Map<String, Object> description();

    /** Number of shard folders. */
    int shards();

    /** Frames in one shard. */
    int frames(int shard);

    /** Frames in all shards. */
    default int frames() {
        int frames = 0;
        for (int shard = 0; shard < shards(); shard++) {
            frames += frames(shard);
        }
        return frames;
    }

    /** Number of people, as far as they are told apart. */
    int people();

    /** Whether the coded frames are kept as well. */
    boolean raw();

    /** One more thread's maker of frames; closed before the supply is. */
    Maker newMaker();

    @Override
    void close();

    /** Makes frames; one thread. */
    interface Maker extends AutoCloseable {

        /**
         * Makes all frames of one shard, the same whatever was made before.
         *
         * @throws SourceException if a source file cannot be used; one line
         * @throws IOException if the shard cannot be written
         */
        void make(int shard, ShardWriter out) throws IOException;

        @Override
        void close();
    }

    /** A file that frames come from cannot be used: the message is one line for the user. */
    final class SourceException extends IOException {

        private static final long serialVersionUID = 1L;

        SourceException(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
