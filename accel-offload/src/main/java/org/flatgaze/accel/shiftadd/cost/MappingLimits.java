package org.flatgaze.accel.shiftadd.cost;

import java.util.ArrayList;
import java.util.List;

/** What fits the array, and after a search in vain which limit no tiling respected. */
final class MappingLimits {

    private final ArrayProfile array;
    private final int memoryFactor;
    private final int elementFactor;
    private final boolean singlePixel;
    private boolean anyElements;
    private boolean anyInputRegister;
    private boolean anyWeightRegister;
    private boolean anyBuffer;

    MappingLimits(ArrayProfile array, int memoryFactor, int elementFactor, boolean singlePixel) {
        this.array = array;
        this.memoryFactor = memoryFactor;
        this.elementFactor = elementFactor;
        this.singlePixel = singlePixel;
    }

    boolean allow(Mapping t) {
        if (t.c3 != 1 || t.m0 > array.outputRegisterWords() * memoryFactor || (!singlePixel && t.e1 == 1)) {
            return false;
        }
        Loops loops = t.loops;
        int kernel = loops.kernel;
        boolean elements =
                (long) t.g0 * t.m1 * t.c1 * t.e1 * kernel < (long) array.processingElements() * elementFactor;
        boolean inputs = (long) t.c0 * kernel < (long) array.inputRegisterWords() * memoryFactor;
        boolean weights = (long) t.m0 * t.c0 * kernel < (long) array.weightRegisterWords() * memoryFactor;
        long inputWords = (long) t.n0
                * t.c1
                * t.c0
                * ((t.e1 - 1L) * loops.stride + kernel)
                * ((loops.columns - 1L) * loops.stride + kernel);
        long outputWords = (long) t.n0 * t.m2 * t.m1 * t.m0 * t.e1 * loops.columns;
        boolean buffer = t.g0 * (inputWords + outputWords) < (long) array.bufferWords() * memoryFactor;
        anyElements |= elements;
        anyInputRegister |= inputs;
        anyWeightRegister |= weights;
        anyBuffer |= buffer;
        return elements && inputs && weights && buffer;
    }

    String inTheWay() {
        List<String> limits = new ArrayList<>();
        if (!anyElements) {
            limits.add("pes=" + array.processingElements() + " are too few for the kernel rows");
        }
        if (!anyInputRegister) {
            limits.add("inputRegisterWords=" + array.inputRegisterWords() + " are too few for one kernel row");
        }
        if (!anyWeightRegister) {
            limits.add("weightRegisterWords=" + array.weightRegisterWords() + " are too few for one kernel row");
        }
        if (!anyBuffer) {
            limits.add("bufferWords=" + array.bufferWords() + " are too few for two rows of the picture");
        }
        return limits.isEmpty()
                ? "each limit can be met alone, not all together; raise pes=" + array.processingElements()
                        + " or bufferWords=" + array.bufferWords()
                : String.join(", ", limits);
    }
}
