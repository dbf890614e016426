package org.flatgaze.runtime.command;

import java.io.IOException;
import java.nio.file.Path;
import org.flatgaze.accel.array.Npy;
import org.flatgaze.accel.array.NpyArray;
import org.flatgaze.accel.vitcod.mask.MaskException;
import org.flatgaze.accel.vitcod.mask.MaskStack;
import org.flatgaze.accel.vitcod.mask.Polarity;

/** Reads arrays and masks for the vitcod commands; what is wrong with a file is the user's one line. */
final class VitcodFiles {

    private VitcodFiles() {}

    static NpyArray array(Path file) {
        try {
            return Npy.read(file);
        } catch (IOException e) {
            throw new UsageError(e.getMessage(), e);
        }
    }

    static MaskStack masks(Path file, Polarity polarity) {
        try {
            return MaskStack.of(array(file), polarity);
        } catch (MaskException e) {
            throw new UsageError(file + ": " + e.getMessage(), e);
        }
    }
}
