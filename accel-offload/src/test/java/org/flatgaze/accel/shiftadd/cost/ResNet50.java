package org.flatgaze.accel.shiftadd.cost;

import java.util.ArrayList;
import java.util.List;

/** Layer table of ResNet-50 as first published: the stride is on the first 1x1 of a stage. */
final class ResNet50 {

    private ResNet50() {}

    static List<LayerShape> layers() {
        List<LayerShape> layers = new ArrayList<>();
        layers.add(LayerShape.convolution(LayerKind.CONV, "stem", 3, 64, 224, 7, 2, 1));
        int[] blocks = {3, 4, 6, 3};
        int channels = 64;
        int size = 56;
        for (int stage = 0; stage < 4; stage++) {
            int planes = 64 << stage;
            for (int b = 0; b < blocks[stage]; b++) {
                int stride = b == 0 && stage > 0 ? 2 : 1;
                if (b == 0) {
                    layers.add(LayerShape.convolution(LayerKind.CONV, "s", channels, 4 * planes, size, 1, stride, 1));
                }
                layers.add(LayerShape.convolution(LayerKind.CONV, "a", channels, planes, size, 1, stride, 1));
                size = (size + stride - 1) / stride;
                layers.add(LayerShape.convolution(LayerKind.CONV, "b", planes, planes, size, 3, 1, 1));
                layers.add(LayerShape.convolution(LayerKind.CONV, "c", planes, 4 * planes, size, 1, 1, 1));
                channels = 4 * planes;
            }
        }
        layers.add(LayerShape.product(LayerKind.LINEAR, "classifier", 1, channels, 1000));
        return layers;
    }
}
