use seedbed::dataset::*;
use seedbed::network::*;
use seedbed::seed::*;
use seedbed::training::*;
struct F {
    n: u64,
    out: u64,
    ep: u64,
    conv: u64,
}
impl Feed for F {
    fn next_seed(&mut self) -> Option<u64> {
        if self.n == 0 {
            None
        } else {
            self.n -= 1;
            Some(self.n + 1)
        }
    }
    fn finished(&mut self, o: Outcome) {
        self.out ^= o.weights_hash;
        self.ep += o.epochs;
        self.conv += o.convergence_epoch.is_some() as u64;
    }
}
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let prec = if a.len() > 1 && a[1] == "f32" {
        Precision::F32
    } else {
        Precision::F64
    };
    let gen_ = a.len() > 2 && a[2] == "generic";
    let hs: Vec<usize> = if a.len() > 3 {
        a[3].split(',').map(|x| x.parse().unwrap()).collect()
    } else {
        vec![0, 1, 2, 3, 4, 6, 8, 16, 32]
    };
    let epochs: u64 = if a.len() > 4 {
        a[4].parse().unwrap()
    } else {
        4000
    };
    let stop = a.len() > 5 && a[5] == "stop";
    let inputs = ndarray::arr2(&[
        [0., 0., 1.],
        [0., 1., 1.],
        [1., 0., 1.],
        [0., 1., 0.],
        [1., 0., 0.],
        [1., 1., 1.],
        [0., 0., 0.],
    ]);
    let targets = ndarray::arr2(&[[0.], [1.], [1.], [1.], [1.], [0.], [0.]]);
    let ds = Dataset { inputs, targets };
    let q = vec![Query {
        input: vec![1., 1., 0.],
        target: None,
    }];
    for h in hs {
        let ar = Architecture {
            inputs: 3,
            hidden: if h == 0 { vec![] } else { vec![h] },
            outputs: 1,
            bias: false,
            activation: Activation::Sigmoid,
        };
        let t = Task {
            architecture: &ar,
            dataset: &ds,
            queries: &q,
            generator: Generator::ChaCha8,
            range: 1.0,
            precision: prec,
            learning_rate: 1.0,
            momentum: 0.0,
            tolerance: 0.4,
            epochs,
            stop,
            checkpoints: &[],
        };
        let l = lanes(&t) as u64;
        let n = (((6e7 / (1.0 + h as f64)) / (epochs as f64)) as u64 / l + 1) * l;
        let mut best = 0.0f64;
        let mut hash = 0;
        let mut conv = 0;
        for _ in 0..3 {
            let mut f = F {
                n,
                out: 0,
                ep: 0,
                conv: 0,
            };
            let s = std::time::Instant::now();
            if gen_ {
                train_generic(backend().unwrap(), &t, &mut f)
            } else {
                train(&t, &mut f)
            };
            best = best.max(f.ep as f64 / s.elapsed().as_secs_f64());
            hash = f.out;
            conv = f.conv;
        }
        println!(
            "h {h:3} lanes {l:3} n {n:6} conv {conv:6} {best:.3e}  ns/epoch-lane-set8 {:.1}  {hash:016x}",
            8e9 / best
        );
    }
}
