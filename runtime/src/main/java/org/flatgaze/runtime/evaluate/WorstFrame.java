package org.flatgaze.runtime.evaluate;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.flatgaze.pipeline.roi.Roi;
import org.flatgaze.runtime.dataset.DatasetFormat;
import org.flatgaze.runtime.dataset.DatasetReader;

/**
 * A frame that a gaze network was very wrong about.
 *
 * @param row what was true and what was said
 * @param picture its reconstruction with the region found, the true direction (green) and the one said (blue)
 */
record WorstFrame(FrameResults.Row row, BufferedImage picture) {

    private static final int SIDE = DatasetFormat.PICTURE;

    /** Length of the arrow of a direction at right angles to the viewing direction, pixels. */
    private static final double ARROW = 150;

    private static final Color REGION = new Color(0xffc53d);
    private static final Color TRUTH = new Color(0x5be37d);
    private static final Color ANSWER = new Color(0x2ec4ff);

    /** The frames with the largest errors, the worst first. */
    static List<WorstFrame> of(FrameResults results, DatasetReader set, int count) throws IOException {
        List<Integer> wanted = IntStream.of(results.judged())
                .boxed()
                .sorted(Comparator.comparingDouble(
                        (Integer i) -> -results.row(i).errorDeg()))
                .limit(count)
                .toList();
        BufferedImage[] pictures = new BufferedImage[wanted.size()];
        int first = 0;
        for (int i = 0; i < set.shards() && !wanted.isEmpty(); i++) {
            DatasetReader.Shard shard = set.shard(i, DatasetReader.Pictures.RECONSTRUCTION);
            for (int k = 0; k < pictures.length; k++) {
                int frame = wanted.get(k) - first;
                if (frame >= 0 && frame < shard.frames()) {
                    pictures[k] = draw(shard.pictures(), frame * SIDE * SIDE, results.row(wanted.get(k)));
                }
            }
            first += shard.frames();
        }
        List<WorstFrame> frames = new ArrayList<>();
        for (int k = 0; k < pictures.length; k++) {
            frames.add(new WorstFrame(results.row(wanted.get(k)), pictures[k]));
        }
        return frames;
    }

    private static BufferedImage draw(byte[] pictures, int offset, FrameResults.Row row) {
        BufferedImage picture = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < SIDE * SIDE; i++) {
            int level = pictures[offset + i] & 0xff;
            picture.setRGB(i % SIDE, i / SIDE, (level << 16) | (level << 8) | level);
        }
        Graphics2D g = picture.createGraphics();
        g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        g.setStroke(new BasicStroke(2));
        g.setColor(REGION);
        g.draw(new Rectangle2D.Double(row.roiX(), row.roiY(), Roi.COLUMNS - 1.0, Roi.ROWS - 1.0));
        double x = row.roiX() + Roi.COLUMNS / 2.0;
        double y = row.roiY() + Roi.ROWS / 2.0;
        arrow(g, TRUTH, x, y, row.trueYaw(), row.truePitch());
        arrow(g, ANSWER, x, y, row.yaw(), row.pitch());
        g.dispose();
        return picture;
    }

    /** The camera looks at the wearer: what is right for them is left in the picture. */
    private static void arrow(Graphics2D g, Color colour, double x, double y, double yawDeg, double pitchDeg) {
        double right = Math.sin(Math.toRadians(yawDeg)) * Math.cos(Math.toRadians(pitchDeg));
        double up = Math.sin(Math.toRadians(pitchDeg));
        g.setColor(colour);
        g.draw(new Line2D.Double(x, y, x - ARROW * right, y - ARROW * up));
        g.fill(new Rectangle2D.Double(x - ARROW * right - 3, y - ARROW * up - 3, 6, 6));
    }
}
