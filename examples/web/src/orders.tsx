// The orders, with a button for who may refund them: it comes and goes with the permission, while the page is open.
import { type ReactNode, useCallback, useEffect, useState } from 'react';
import { useApi, useMay } from './api.tsx';

interface Order {
  readonly id: number;
  readonly article: string;
  readonly refunded: boolean;
}

export function Orders(): ReactNode {
  const { fetch } = useApi();
  const mayRefund = useMay('orders:refund');
  const [orders, setOrders] = useState<readonly Order[]>([]);
  const [problem, setProblem] = useState<string>();

  const load = useCallback(async () => {
    const response = await fetch('/api/orders');
    if (response.ok) setOrders(await response.json());
    setProblem(response.ok ? undefined : `The API answered ${response.status}.`);
  }, [fetch]);
  useEffect(() => {
    void load();
  }, [load]);

  const refund = async (id: number) => {
    const response = await fetch(`/api/orders/${id}/refund`, { method: 'POST' });
    if (response.ok) await load();
    else setProblem(`The API answered ${response.status}.`);
  };

  return (
    <>
      {problem === undefined ? null : <p role="alert">{problem}</p>}
      <ul>
        {orders.map(({ id, article, refunded }) => (
          <li key={id}>
            {article} {refunded ? '(refunded) ' : ''}
            {mayRefund && !refunded ? (
              <button type="button" onClick={() => refund(id)}>
                Refund
              </button>
            ) : null}
          </li>
        ))}
      </ul>
    </>
  );
}
